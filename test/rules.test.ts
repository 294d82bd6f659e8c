import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { App, Chart, Size } from 'cdk8s';
import { cluster, refusal, SHORTEST } from './support/render';
import { Rows } from './support/rule-rows';
import { ATTRIBUTE_RULES } from '../src/cluster/attributes';
import { CLUSTER_RULES } from '../src/cluster/cluster';
import { FIELD_CLASH } from '../src/kernel/model-rules';
import { RuleText } from '../src/kernel/rule';
import { SHAPE_RULES } from '../src/kernel/shape';
import { APP_RULES } from '../src/kernel/watch';
import { CONNECTION_RULES } from '../src/spilo/connection';
import { Credentials, SpiloCluster } from 'cdk8s-spilo';

/** Every rule of the library: those of its features, and every exported table of rules wherever it is. */
function everyRule(): RuleText[] {
  const modules = sources(join(__dirname, '../src')).map(file => jest.requireActual<{ [name: string]: unknown }>(file));
  const tables = modules.flatMap(exported => Object.values(exported)).flatMap(value => Array.isArray(value) ? value : [value]);
  return [...CLUSTER_RULES, ...tables.filter(isRule)];
}

/** The files that say of something why it is not allowed. */
function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts')).map(file => join(folder, file))
    .filter(file => /\bwhy: |[rR]ule\(/.test(readFileSync(file, 'utf8')));
}

function isRule(value: any): value is RuleText {
  return ['id', 'property', 'allowed', 'why'].every(field => typeof value?.[field] === 'string');
}

/** The tables of all files in `rules/`. */
const ROWS: Rows = Object.assign({}, ...readdirSync(join(__dirname, 'rules')).map(file => jest.requireActual(join(__dirname, 'rules', file)).rows));
const RULES = everyRule();
const IDS = [...new Set(RULES.map(({ id }) => id))];
/** Rules of a cluster and of an app. Other constructs have tables of their own, in their own tests. */
const CLUSTER_IDS = [...new Set([...CLUSTER_RULES, ...CONNECTION_RULES, ...ATTRIBUTE_RULES, ...SHAPE_RULES, ...APP_RULES].map(({ id }) => id))];

/** The violations of an error: id, and all that is said about it. */
function violations(message: string): { rule: string; line: string }[] {
  return message.split('\n').flatMap(line => {
    const [, rule] = /\[([a-z0-9-]+)\]/.exec(line) ?? [];
    return rule === undefined ? [] : [{ rule, line }];
  });
}

test('every rule of a cluster has programs on both sides of it in rules/', () => {
  const oneSided = CLUSTER_IDS.filter(id => !ROWS[id]?.accepted.length || !ROWS[id]?.refused.length);
  expect(oneSided).toEqual(['clash-env', FIELD_CLASH.id]);
});

test('every rule of another construct is in the table of its test', () => {
  const tests = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts')).map(file => readFileSync(join(__dirname, file), 'utf8')).join('\n');
  expect(IDS.filter(id => !CLUSTER_IDS.includes(id) && !tests.includes(`'${id}'`))).toEqual([]);
});

test('no two rules of a cluster have one id, unless they are about different properties', () => {
  const rules = CLUSTER_RULES.map(({ id, property }) => `${id} ${property}`);
  expect(rules.filter((rule, index) => rules.indexOf(rule) < index)).toEqual([]);
});

test('every program in rules/ is about a rule that there is', () => {
  expect(Object.keys(ROWS).filter(id => !IDS.includes(id))).toEqual([]);
});

test.each(RULES)('$id of $property says what is allowed and what would happen otherwise', ({ id, allowed, why }) => {
  expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(allowed).toMatch(/^\S.*\S$/);
  expect(why).toMatch(/^\S.*\.$/);
});

const accepted = Object.entries(ROWS).flatMap(([id, row]) => row.accepted.map((program, index) => ({ id, index, program })));
test.each(accepted)('$id lets pass: program $index', ({ program }) => {
  expect(program()).toBeDefined();
});

const refused = Object.entries(ROWS).flatMap(([id, row]) => row.refused.map(entry => ({ id, ...entry })));
test.each(refused)('$id refuses: $property of $received', ({ id, program, path, property, received, beside = [] }) => {
  const found = violations(refusal(program));
  expect(found.map(({ rule }) => rule).sort()).toEqual([id, ...beside].sort());
  const { line } = found.find(({ rule }) => rule === id)!;
  expect(line).toContain(`[${id}] ${path}: ${property}: received ${received}, allowed: `);
  expect(line).not.toMatch(/allowed: *$|undefined, allowed: .*undefined|\[object/);
});

test('one error lists all violations of a cluster, of different features and of what they make together', () => {
  const message = refusal(() => cluster({
    clusterName: 'Orders',
    instances: -1,
    storage: { size: Size.gibibytes(0), storageClassName: 'Fast' },
    postgres: { parameters: { Port: '1', port: '1' } },
    pod: { volumes: [{ name: 'shm', emptyDir: {} }] },
  }));
  expect(violations(message).map(({ rule }) => rule)).toEqual([
    'cluster-name', 'instances', 'postgres-parameter-name', 'postgres-parameter-taken', 'storage-size', 'storage-class-name', 'clash-volume',
  ]);
  expect(message).toMatch(/^test\/orders is refused: 7 violations, nothing was written\n/);
});

describe('no partial output', () => {
  let outdir: string;
  beforeEach(() => { outdir = mkdtempSync(join(tmpdir(), 'cdk8s-spilo-')); });
  afterEach(() => { rmSync(outdir, { recursive: true }); });
  const written = () => existsSync(outdir) ? readdirSync(outdir) : [];

  test('an accepted program writes its file', () => {
    const app = new App({ outdir });
    new SpiloCluster(new Chart(app, 'orders'), 'orders', SHORTEST);
    app.synth();
    expect(written()).toEqual(['orders.k8s.yaml']);
  });

  test('nothing is written when the constructor refuses a cluster, also not of another chart', () => {
    const app = new App({ outdir });
    new SpiloCluster(new Chart(app, 'invoices'), 'invoices', SHORTEST);
    expect(() => {
      new SpiloCluster(new Chart(app, 'orders'), 'orders', { ...SHORTEST, instances: -1 });
      app.synth();
    }).toThrow('[instances]');
    expect(written()).toEqual([]);
  });

  test('a refused cluster leaves no construct behind', () => {
    const scope = new Chart(new App({ outdir }), 'orders');
    expect(() => new SpiloCluster(scope, 'orders', { ...SHORTEST, instances: -1 })).toThrow();
    expect(scope.node.children).toEqual([]);
  });

  test('nothing is written when only the whole app shows the violation', () => {
    const app = new App({ outdir });
    const scope = new Chart(app, 'one', { namespace: 'shop' });
    for (const id of ['orders', 'again']) { new SpiloCluster(scope, id, { ...SHORTEST, clusterName: 'orders' }); }
    expect(() => app.synth()).toThrow('[duplicate-object]');
    expect(written()).toEqual([]);
  });
});

describe('passwords', () => {
  const superuser = 'correct horse & battery';
  const replication = 'staple-of-the-replicas';

  test('no error shows a password, neither the refused one nor another one', () => {
    const message = refusal(() => cluster({
      credentials: Credentials.plainTextInManifest({ superuser, replication, admin: replication }, { replicationName: 'Root' }),
      instances: -1,
    }));
    expect(message).toContain('[credentials-password-alphabet]');
    for (const secret of [superuser, replication, 'horse', 'battery', 'staple']) { expect(message).not.toContain(secret); }
  });

  test('no error shows a password that is part of a longer text', () => {
    const message = refusal(() => cluster({
      postgres: {
        parameters: { primary_conninfo: 'host=x password=horse', Other: 'host=x password=horse' },
        hba: ['host ldap x ldapbindpasswd=horse', 'host ldap x ldapbindpasswd="horse'],
      },
    }));
    expect(violations(message)).toHaveLength(4);
    expect(message).not.toContain('horse');
  });
});

test('the sources of all rules are found', () => {
  expect(sources(join(__dirname, '../src')).map(file => relative(join(__dirname, '../src'), file))).toEqual(
    expect.arrayContaining([join('features', 'access', 'rules.ts'), join('pgadmin', 'rules.ts'), join('kernel', 'watch.ts')]),
  );
});
