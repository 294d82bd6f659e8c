/**
 * Every connection that the library itself makes finds a line of pg_hba.conf that lets it in, whatever the user writes: or
 * the program is refused. Who connects is read from the manifests.
 */
import * as fc from 'fast-check';
import { program } from './support/arbitrary';
import { EXAMPLE_NAMES, pinned } from './support/examples';
import { Attempt, decide } from './support/hba';
import { environment } from './support/kubernetes-expansion';
import { cluster, KubernetesObject, readYaml, refusal, render, secretKey } from './support/render';
import { SEED } from './support/seed';
import { readAsSpilo } from './support/spilo-yaml';
import { Backup, BackupStore, PgBouncerPooler, PermanentSlot, SpiloCluster, Tls } from 'cdk8s-spilo';

/** Somebody who connects, and what they can show. */
interface Client extends Attempt { readonly who: string; readonly hasPassword: boolean }

/** Pods have addresses of either family. */
const POD_ADDRESSES = ['10.42.3.7', '192.168.200.4', 'fd00:10:42::7'];
const ANY_DATABASE = 'some_database';

const isMember = ({ kind, spec }: KubernetesObject) =>
  kind === 'StatefulSet' && envOf(spec.template.spec, 'postgres').SPILO_CONFIGURATION !== undefined;
const podSpecOf = ({ kind, spec }: KubernetesObject) => kind === 'CronJob' ? spec.jobTemplate.spec.template.spec : spec?.template?.spec;

function containersOf(object: KubernetesObject): any[] {
  const pod = podSpecOf(object);
  return pod === undefined ? [] : [...pod.initContainers ?? [], ...pod.containers];
}

function envOf(pod: any, container: string): { readonly [name: string]: string } {
  return environment(pod.containers.find(({ name }: any) => name === container)?.env ?? []);
}

/** From other pods, over TLS. */
const overTls = (who: string, user: string, database: string, hasPassword: boolean, more: Partial<Attempt> = {}): Client[] =>
  POD_ADDRESSES.map(address => ({ who, address, tls: true, user, database, hasPassword, ...more }));

/** What Patroni does in and between the members. Its libpq prefers TLS, and every member offers it. */
function patroni(env: { readonly [name: string]: string }, configuration: any): Client[] {
  const { PGUSER_SUPERUSER: superuser = 'postgres', PGUSER_STANDBY: standby } = env;
  const slots: any[] = Object.values(configuration.bootstrap?.dcs?.slots ?? {});
  return [
    { who: 'Patroni by the socket', user: superuser, database: 'postgres', hasPassword: false },
    { who: 'pg_basebackup by the socket', user: standby, database: '', replication: true, hasPassword: false },
    ...overTls('a replica', standby, '', true, { replication: true }),
    ...overTls('pg_rewind', superuser, 'postgres', true),
    ...slots.filter(({ type }) => type === 'logical').flatMap(({ database }) => overTls('a copy of a logical slot', superuser, database, true)),
  ];
}

/** Jobs say where to in libpq's variables, or in a JSON document of their own. */
function jobs(object: KubernetesObject): Client[] {
  if (object.kind !== 'Job' && object.kind !== 'CronJob') { return []; }
  return containersOf(object).flatMap(({ name, env = [] }) => {
    const variables = environment(env);
    const documents = Object.values(variables).filter(text => text.startsWith('{')).map(text => JSON.parse(text));
    const task = documents.find(({ host }) => host !== undefined);
    const [host, user] = task ? [task.host, task.user] : [variables.PGHOST, variables.PGUSER];
    const hasPassword = env.some((variable: any) => variable.name === 'PGPASSWORD');
    const databases = task?.databases === undefined ? [variables.PGDATABASE ?? 'postgres', ANY_DATABASE] : ['postgres'];
    return host === undefined ? [] : databases.flatMap(database => overTls(`${object.metadata.name}/${name}`, user, database, hasPassword));
  });
}

/** What a pooler looks up passwords by. */
function poolers({ kind, data, metadata }: KubernetesObject): Client[] {
  const [, user] = /^auth_user = (.*)$/m.exec(data?.['pgbouncer.ini'] ?? '') ?? [];
  return kind !== 'ConfigMap' || user === undefined ? [] : overTls(metadata.name, user, 'postgres', true);
}

/** What nobody lets in. */
function shutOut(lines: readonly string[], clients: readonly Client[]): string[] {
  return clients.flatMap(({ hasPassword, ...client }) => {
    const decision = decide(lines, client);
    const isIn = decision !== undefined && decision.options.length === 0
      && (decision.method === 'trust' || (hasPassword && decision.method === 'scram-sha-256'));
    return isIn ? [] : [`${client.who} as ${client.user} from ${client.address ?? 'the socket'}: ${decision?.line ?? 'no line'}`];
  });
}

/** Each cluster of some objects, with all who connect to it. */
function clustersOf(objects: readonly KubernetesObject[]): { lines: string[]; clients: Client[] }[] {
  return objects.filter(isMember).map(object => {
    const env = envOf(object.spec.template.spec, 'postgres');
    const configuration = readAsSpilo(env.SPILO_CONFIGURATION);
    const companions = objects.filter(({ metadata }) => metadata.name.startsWith(object.metadata.name));
    const clients = [...patroni(env, configuration), ...companions.flatMap(jobs), ...companions.flatMap(poolers)];
    return { lines: configuration.postgresql.pg_hba, clients };
  });
}

/** Facts of PostgreSQL's manual, chapter 21.1; all but the regular expressions were measured with a server of version 15. */
test.each<[string[], Attempt, string | undefined]>([
  [['host all all all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, 'md5'],
  [['hostssl all all all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, undefined],
  [['hostnossl all all all reject', 'host all all all md5'], { address: '10.0.0.1', tls: true, database: 'a', user: 'b' }, 'md5'],
  [['host all all 10.0.0.0/8 md5'], { address: '11.0.0.1', database: 'a', user: 'b' }, undefined],
  [['host all all 10.0.0.0 255.0.0.0 md5'], { address: '10.255.0.1', database: 'a', user: 'b' }, 'md5'],
  [['host all all 0.0.0.0/0 md5'], { address: 'fd00::1', database: 'a', user: 'b' }, undefined],
  [['host all all fd00::/8 md5'], { address: 'fd00::1', database: 'a', user: 'b' }, 'md5'],
  [['local all all trust', 'host all all all md5'], { database: 'a', user: 'b' }, 'trust'],
  [['host all all all md5'], { address: '10.0.0.1', database: '', user: 'b', replication: true }, undefined],
  [['host replication b all md5'], { address: '10.0.0.1', database: '', user: 'b', replication: true }, 'md5'],
  [['host replication all all md5'], { address: '10.0.0.1', database: 'replication', user: 'b' }, undefined],
  [['host "replication" all all md5'], { address: '10.0.0.1', database: 'replication', user: 'b' }, 'md5'],
  [['host "all" all all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, undefined],
  [['host a,c "b d",e all md5'], { address: '10.0.0.1', database: 'c', user: 'b d' }, 'md5'],
  [['host sameuser all all md5'], { address: '10.0.0.1', database: 'b', user: 'b' }, 'md5'],
  [['host all +staff all md5'], { address: '10.0.0.1', database: 'a', user: 'b', roles: ['staff'] }, 'md5'],
  [['host all all all reject', 'host all all all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, 'reject'],
  [['host c, a c, b all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, 'md5'],
  [['host "a#b,c" all all md5 # "why'], { address: '10.0.0.1', database: 'a#b,c', user: 'b' }, 'md5'],
  [['host "a""b" all all md5'], { address: '10.0.0.1', database: 'a"b', user: 'b' }, 'md5'],
  [['host al"l" all all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, 'md5'],
  [['host all "+staff" all md5'], { address: '10.0.0.1', database: 'a', user: 'b', roles: ['staff'] }, undefined],
  [['host all +b all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, 'md5'],
  [['host samerole all all md5'], { address: '10.0.0.1', database: 'staff', user: 'b', roles: ['staff'] }, 'md5'],
  [['host "sameuser" all all md5'], { address: '10.0.0.1', database: 'b', user: 'b' }, undefined],
  [['host sameuser,replication all all md5'], { address: '10.0.0.1', database: '', user: 'b', replication: true }, 'md5'],
  [['host "replication" all all md5'], { address: '10.0.0.1', database: '', user: 'b', replication: true }, undefined],
  [['hostgssenc all all all gss', 'hostnogssenc all all all md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, 'md5'],
  [['host all all fd00:: ff00:: md5'], { address: 'fd00::1', database: 'a', user: 'b' }, 'md5'],
  [['host all all fe00:: ffff:: md5'], { address: 'fd00::1', database: 'a', user: 'b' }, undefined],
  [['host all all 10.0.5.0 255.0.255.0 md5'], { address: '10.4.5.2', database: 'a', user: 'b' }, 'md5'],
  [['host all all samehost md5'], { address: '10.0.0.1', server: ['10.0.0.1/8'], database: 'a', user: 'b' }, 'md5'],
  [['host all all samehost md5'], { address: '10.0.0.2', server: ['10.0.0.1/8'], database: 'a', user: 'b' }, undefined],
  [['host all all samenet md5'], { address: '10.9.0.2', server: ['10.0.0.1/8'], database: 'a', user: 'b' }, 'md5'],
  [['host all all "all" md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, undefined],
  [['host all all App.example.org md5'], { address: '10.0.0.1', hostName: 'app.example.org', database: 'a', user: 'b' }, 'md5'],
  [['host all all .example.org md5'], { address: '10.0.0.1', hostName: 'app.example.org', database: 'a', user: 'b' }, 'md5'],
  [['host all all .example.org md5'], { address: '10.0.0.1', database: 'a', user: 'b' }, undefined],
  [['host /^a all all md5'], { address: '10.0.0.1', database: 'ab', user: 'b', version: 15 }, undefined],
  [['host /^a "/^(b|c, d)$" all md5'], { address: '10.0.0.1', database: 'ab', user: 'c, d' }, 'md5'],
])('PostgreSQL reads %j for %j as %s', (lines, attempt, method) => expect(decide(lines, attempt)?.method).toBe(method));

const EVERYTHING = Object.fromEntries(EXAMPLE_NAMES.map(name => [name, Object.values(pinned(name)).flatMap(readYaml)]));

test.each(EXAMPLE_NAMES.filter(name => EVERYTHING[name].some(isMember)))('the cluster of the example %s lets in all whom the library sends', name => {
  for (const { lines, clients } of clustersOf(EVERYTHING[name])) {
    expect(clients.length).toBeGreaterThan(2 * POD_ADDRESSES.length);
    expect(shutOut(lines, clients)).toEqual([]);
  }
});

test('the poolers of the examples get into the cluster that they were made for', () => {
  const [{ lines }] = clustersOf(EVERYTHING['how-to']);
  const clients = EVERYTHING['proxy-pgbouncer'].flatMap(object => [...jobs(object), ...poolers(object)]);
  expect(clients.length).toBeGreaterThan(POD_ADDRESSES.length);
  expect(shutOut(lines, clients)).toEqual([]);
});

test('pgAdmin gets into the cluster that it lists', () => {
  const [{ lines }] = clustersOf(EVERYTHING['how-to']);
  const [text] = EVERYTHING.pgadmin.flatMap(({ data }) => data?.['servers.json'] ?? []);
  const servers: any[] = Object.values(JSON.parse(text).Servers);
  const clients = servers.flatMap(({ Name, Username, MaintenanceDB, ConnectionParameters }) =>
    overTls(Name, Username, MaintenanceDB, true, { tls: ConnectionParameters.sslmode === 'require' }));
  expect(clients.length).toBeGreaterThan(POD_ADDRESSES.length);
  expect(shutOut(lines, clients)).toEqual([]);
});

test('every drawn program lets in all whom the library sends', () => {
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  for (const { id, namespace, props } of fc.sample(program, { seed: SEED, numRuns: 8 })) {
    const rendered = render({ clusterName: id, ...props, serviceAccount: props.serviceAccount });
    expect({ namespace, out: clustersOf(rendered.objects).flatMap(({ lines, clients }) => shutOut(lines, clients)) }).toEqual({ namespace, out: [] });
  }
});

/** Lines of the user's own that once, or easily, lock the library out. */
const LINES: readonly (readonly string[])[] = [
  ['hostssl shop shop 10.0.0.0/8 scram-sha-256'],
  ['host all all all reject'],
  ['hostssl all postgres all reject', 'hostssl all all all scram-sha-256'],
  ['hostssl replication all all reject'],
  ['hostssl all all 10.0.0.0/8 cert map=people'],
  ['hostssl all all 0.0.0.0/0 scram-sha-256'],
  ['local all all reject'],
  ['host all, postgres +admins samenet reject', 'hostssl /^shop "/^(app|admin)$" fd00:: ff00:: scram-sha-256'],
];

test.each(LINES.map(lines => [lines.join(' | '), lines] as const))('the lines %s lock nobody of the library out', (_, hba) => {
  const rendered = render({
    backup: Backup.to(BackupStore.existingClaim('backups')),
    logicalDump: {},
    patroni: { slots: { cdc: PermanentSlot.logical('shop', 'pgoutput') } },
    tls: Tls.fromSecret('certificates', { caEntry: 'ca.crt' }),
    postgres: { hba: [...hba], ident: ['people /^(.*)@example.org$ \\1'], parameters: { wal_level: 'logical' } },
  });
  const [{ lines, clients }] = clustersOf(rendered.objects);
  expect(clients.length).toBeGreaterThan(10);
  expect(shutOut(lines, clients)).toEqual([]);
});

describe('a pooler', () => {
  const pooler = (hba?: string[]) => {
    const orders: SpiloCluster = cluster({ postgres: { hba } });
    return new PgBouncerPooler(orders, 'pooler', { cluster: orders, authPassword: secretKey('pooler') });
  };

  test.each([
    ['the default'], ['everybody', 'hostssl all all all scram-sha-256'], ['a network', 'hostssl all all 10.0.0.0/8 scram-sha-256'],
    ['itself', 'hostssl postgres pooler all scram-sha-256'], ['a group that it may be in', 'hostssl all +apps all scram-sha-256'],
  ])('is accepted where pg_hba lets in %s', (_, ...hba) => expect(() => pooler(hba.length > 0 ? hba : undefined)).not.toThrow());

  test.each([
    ['hostssl shop shop 10.0.0.0/8 scram-sha-256'], ['host all all all reject'], ['hostssl postgres app all scram-sha-256'],
    ['hostnossl postgres pooler all scram-sha-256'], ['hostssl shop all all scram-sha-256'],
  ])('is refused where %s is all there is', line => {
    expect(refusal(() => pooler([line]))).toContain('[pooler-hba] test/orders/pooler: authUser: received "pooler"');
  });
});

