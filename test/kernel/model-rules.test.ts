import { Contribution, merge } from '../../src/kernel/contribution';
import { modelRules } from '../../src/kernel/model-rules';
import { check } from '../../src/kernel/rule';

/** Violations of what two features make together. */
const together = (...contributions: Contribution[]) =>
  check(modelRules('postgres'), merge(contributions, () => {})).map(({ rule, received }) => [rule, received]);

const mount = (name: string, mountPath: string): Contribution => ({ volumes: [{ name }], mounts: [{ name, mountPath }] });

const twice = (name: string, ...paths: string[]) => ({ name, volumeMounts: paths.map(mountPath => ({ name: 'a', mountPath })) });

test('two features with different names get on', () => {
  expect(together(mount('a', '/a'), mount('b', '/b'), { env: [{ name: 'A' }] }, { env: [{ name: 'B' }] })).toEqual([]);
});

test('two features may share a volume and its mount, if they say the same of it', () => {
  expect(together(mount('a', '/a'), mount('a', '/a'))).toEqual([]);
});

test('two containers may mount at one path', () => {
  expect(together(mount('a', '/a'), { sidecars: [twice('b', '/a'), twice('c', '/a')] })).toEqual([]);
});

test.each([
  ['variables', { env: [{ name: 'A' }] }, { env: [{ name: 'A' }] }, [['clash-env', 'A']]],
  ['a variable that is made of all', { env: [{ name: 'SPILO_CONFIGURATION' }] }, {}, [['clash-env', 'SPILO_CONFIGURATION']]],
  ['containers', { sidecars: [{ name: 'a' }] }, { initContainers: [{ name: 'a' }] }, [['clash-container', 'a']]],
  ['the database container', { sidecars: [{ name: 'postgres' }] }, {}, [['clash-container', 'postgres']]],
  ['volumes', { volumes: [{ name: 'a' }] }, { volumes: [{ name: 'a', emptyDir: {} }] }, [['clash-volume', 'a']]],
  ['a volume and a claim', { volumes: [{ name: 'a' }] }, { claimTemplates: [{ metadata: { name: 'a' } }] }, [['clash-volume', 'a']]],
  ['mount paths, however they are written', mount('a', '/x/y'), mount('b', '//x/y/'), [['clash-mount-path', '/x/y']]],
  ['mount paths within a container beside', { volumes: [{ name: 'a' }] }, { sidecars: [twice('b', '/x', '/x/')], initContainers: [twice('c', '/y', '/y')] }, [
    ['clash-mount-path', '/x'], ['clash-mount-path', '/y'],
  ]],
  ['mounts without a volume', { mounts: [{ name: 'a', mountPath: '/a' }] }, {}, [['mount-without-volume', 'a']]],
] as [string, Contribution, Contribution, unknown][])('%s', (_, first, second, expected) => {
  expect(together(first, second)).toEqual(expected);
});

test('a name that stands three times is told once', () => {
  expect(together({ env: [{ name: 'A' }, { name: 'A' }, { name: 'A' }] })).toEqual([['clash-env', 'A']]);
});

test.each([
  ['a mount without a path', { volumes: [{ name: 'a' }], mounts: [{ name: 'a' }, { name: 'a', mountPath: 5 }] }],
  ['mounts that are no list', { sidecars: [{ name: 'a', volumeMounts: 'b' }, { name: 'c', volumeMounts: null }] }],
] as [string, any][])('%s is no error here: the room that takes it says what is wrong', (_, contribution) => {
  expect(together(contribution)).toEqual([]);
});
