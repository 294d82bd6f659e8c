import { Contribution, merge } from '../../src/kernel/contribution';

function merged(...contributions: Contribution[]) {
  const clashes: [string, unknown][] = [];
  return { ...merge(contributions, (field, received) => clashes.push([field, received])), clashes };
}

test('lists are joined in the order of the features', () => {
  const { env, crontab } = merged({ env: [{ name: 'A' }], crontab: ['a'] }, {}, { env: [{ name: 'B' }], crontab: ['b'] });
  expect([env, crontab]).toEqual([[{ name: 'A' }, { name: 'B' }], ['a', 'b']]);
});

test('maps are merged deeply', () => {
  const { configuration } = merged(
    { configuration: { postgresql: { parameters: { a: '1' } } } }, { configuration: { postgresql: { parameters: { b: '2' } }, tags: { c: true } } },
  );
  expect(configuration).toEqual({ postgresql: { parameters: { a: '1', b: '2' } }, tags: { c: true } });
});

test('every field is there, also where nobody contributes', () => {
  expect(merged()).toEqual({
    env: [],
    crontab: [],
    volumes: [],
    mounts: [],
    initContainers: [],
    sidecars: [],
    claimTemplates: [],
    rbac: [],
    programs: [],
    objects: [],
    configuration: {},
    uncheckedConfiguration: {},
    container: {},
    pod: {},
    statefulSet: {},
    podLabels: {},
    podAnnotations: {},
    clashes: [],
  });
});

test('what the user says unchecked has the last word, deeply, and clashes with nothing', () => {
  const { configuration, clashes } = merged(
    { configuration: { bootstrap: { dcs: { ttl: 30, loop_wait: 10 } } } }, { uncheckedConfiguration: { bootstrap: { dcs: { ttl: 60 } } } },
  );
  expect([configuration, clashes]).toEqual([{ bootstrap: { dcs: { ttl: 60, loop_wait: 10 } } }, []]);
});

test('a volume, a mount or a program that two features need alike is there once', () => {
  const both: Contribution = { volumes: [{ name: 'programs' }], mounts: [{ name: 'programs', mountPath: '/p' }], programs: ['say.py'] };
  expect(merged(both, both)).toMatchObject(both);
});

test('two features that say different things about one field clash', () => {
  const { pod, clashes } = merged({ pod: { hostname: 'a' } }, { pod: { hostname: 'b' } });
  expect(pod).toEqual({ hostname: 'a' });
  expect(clashes).toEqual([['pod.hostname', 'b']]);
});

test('two features may say the same', () => {
  expect(merged({ pod: { hostname: 'a' } }, { pod: { hostname: 'a' } }).clashes).toEqual([]);
});

test('a clash in what users call by another name is told by that name', () => {
  expect(merged({ podLabels: { role: 'a' } }, { podLabels: { role: 'b' } }).clashes).toEqual([['pod.labels.role', 'b']]);
  expect(merged({ podAnnotations: { x: 'a' } }, { podAnnotations: { x: 'b' } }).clashes).toEqual([['pod.annotations.x', 'b']]);
});

test('what features contribute is not changed', () => {
  const contribution: Contribution = { env: [{ name: 'A' }], podLabels: { a: 'b' } };
  merged(contribution, { env: [{ name: 'B' }], podLabels: { c: 'd' } }).env.push({ name: 'C' });
  expect(contribution).toEqual({ env: [{ name: 'A' }], podLabels: { a: 'b' } });
});
