/** `docs/objects.md`: names and construct ids of all objects, from programs that are rendered for it. */
import { ApiObject, App, Chart, Size } from 'cdk8s';
import { Construct } from 'constructs';
import { code, page, table } from './markdown';
import {
  Access, Backup, BackupStore, Bootstrap, Credentials, Dcs, PatroniConfigFollower, PatroniHaproxy, PatroniHaproxyProps, PgAdmin,
  PgBouncerPooler, PgBouncerPoolerProps, RolloutStrategy, SpiloCluster, SpiloClusterProps,
} from '../../src';
import { inApplyOrder } from '../../src/kernel/apply-order';

const NAME = 'orders';

/** One object of a construct. */
interface Listed { readonly id: string; readonly kind: string; readonly name: string; readonly when: string }

/** A program with something more or something less than the shortest one, and what to call that and the lack of it. */
interface Variant<Props> { readonly when: string; readonly otherwise?: string; readonly props: Partial<Props> }

const VARIANTS: readonly Variant<SpiloClusterProps>[] = [
  { when: '`credentials` from `Credentials.plainTextInManifest()`', otherwise: 'with `Credentials.generated()`, the default', props: { credentials: Credentials.plainTextInManifest({ superuser: 'a', replication: 'b' }) } },
  { when: '`backup`', props: { backup: Backup.to(BackupStore.existingClaim('backups')) } },
  { when: '`backup` to `BackupStore.newClaim()`', props: { backup: Backup.to(BackupStore.newClaim({ size: Size.gibibytes(1) })) } },
  { when: '`backup` to `BackupStore.nfs()`', props: { backup: Backup.to(BackupStore.nfs({ size: Size.gibibytes(1), server: 'nas', path: '/' })) } },
  { when: '`bootstrap`: `Bootstrap.fromBackups()`', props: { bootstrap: Bootstrap.fromBackups({ store: BackupStore.gcs({ bucket: 'backups' }), clusterName: 'x' }) } },
  { when: '`callback`', props: { callback: { script: '#!/bin/sh\n' } } },
  { when: '`backup` with `restoreDrill`', props: { backup: Backup.to(BackupStore.existingClaim('backups'), { restoreDrill: { scratch: { size: Size.gibibytes(1) } } }) } },
  { when: '`logicalDump`', props: { backup: Backup.to(BackupStore.existingClaim('backups')), logicalDump: {} } },
  { when: '`logicalDump.store`', props: { logicalDump: { store: BackupStore.gcs({ bucket: 'dumps' }) } } },
  { when: '`logicalRestore`', props: { backup: Backup.to(BackupStore.existingClaim('backups')), logicalRestore: {} } },
  { when: '`access`: `Access.leaderNodePort()`', props: { access: [Access.leaderNodePort(32345)] } },
  { when: '`access`: `Access.replicaNodePort()`', props: { access: [Access.replicaNodePort(32345)] } },
  { when: '`access`: `Access.leaderLoadBalancer()`', props: { access: [Access.leaderLoadBalancer()] } },
  { when: '`access`: `Access.replicaLoadBalancer()`', props: { access: [Access.replicaLoadBalancer()] } },
  { when: '`access` with the `nameSuffix` x', props: { access: [Access.leaderLoadBalancer({ nameSuffix: 'x' })] } },
  { when: '`patroni.bypassApiService`', props: { patroni: { bypassApiService: true } } },
  { when: '`Dcs.configMaps()`', otherwise: 'with `Dcs.endpoints()`, the default', props: { patroni: { dcs: Dcs.configMaps() } } },
  { when: '`serviceAccount.existingName`', otherwise: 'unless `serviceAccount.existingName`', props: { serviceAccount: { existingName: 'x' } } },
  { when: '`RolloutStrategy.ON_DELETE`', otherwise: 'with `RolloutStrategy.LEADER_LAST`, the default', props: { rollout: { strategy: RolloutStrategy.ON_DELETE } } },
];

const HAPROXY_VARIANTS: readonly Variant<PatroniHaproxyProps>[] = [
  { when: '`readOnly.enabled: false`', otherwise: 'unless `readOnly.enabled` is false', props: { readOnly: { enabled: false } } },
];

const POOLER_VARIANTS: readonly Variant<PgBouncerPoolerProps>[] = [
  { when: '`authBootstrap: false`', otherwise: 'unless `authBootstrap` is false', props: { authBootstrap: false } },
  { when: '`peering`', otherwise: 'unless `peering`', props: { peering: true } },
];

/** The page. */
export function objectsPage(): string {
  return page(
    '# Objects',
    'Names and construct ids of what the constructs render. They are a contract: another name is another object in somebody\'s cluster, '
      + 'and patches find objects by these ids. Neither changes without a major version.',
    '## SpiloCluster',
    `For a cluster named ${code(NAME)}, in the order in which the objects have to be applied. ${code('cluster.objects[id]')} is the object.`,
    listing(clusterListing()),
    'Members are pods named `<cluster>-0`, `<cluster>-1` and so on, with the claims `pgdata-<cluster>-0` and so on, which Kubernetes makes '
      + 'from the StatefulSet. On Endpoints Patroni writes `<cluster>`, `<cluster>-config`, `<cluster>-sync` and `<cluster>-failover`; on '
      + 'ConfigMaps objects of the names `<cluster>-leader`, `<cluster>-config`, `<cluster>-sync` and `<cluster>-failover`.',
    '## PgAdmin',
    `For a ${code('PgAdmin')} named ${code('pgadmin')}.`,
    listing(pgAdminListing()),
    '## PatroniHaproxy',
    `For the cluster ${code(NAME)}. With ${code('name')} all begin with that.`,
    listing(haproxyListing()),
    '## PgBouncerPooler',
    `For the cluster ${code(NAME)}; before its replicas all begin with ${code(`${NAME}-pooler-ro`)}, with ${code('name')} with that.`,
    listing(poolerListing()),
    '## PatroniConfigFollower',
    `For the cluster ${code(NAME)} and a port named ${code('rw')}; each port has a Service. With ${code('name')} all begin with that.`,
    listing(followerListing()),
  );
}

/** All objects of clusters; when they are rendered is found by comparing with the shortest program. */
export function clusterListing(): Listed[] {
  return inApplyOrder(compared(cluster, VARIANTS));
}

function compared<Props>(render: (props: Partial<Props>) => Omit<Listed, 'when'>[], variants: readonly Variant<Props>[]): Listed[] {
  const shortest = render({});
  const listed = new Map(shortest.map((object): [string, Listed] => [object.id, { ...object, when: 'always' }]));
  for (const { when, props, otherwise = when } of variants) {
    const objects = render(props);
    for (const object of objects) {
      const usual = shortest.find(({ id }) => id === object.id);
      const known = listed.get(object.id);
      if (known === undefined) { listed.set(object.id, { ...object, when }); }
      if (known !== undefined && usual !== undefined && usual.name !== object.name) {
        listed.set(object.id, { ...known, name: `${known.name}; with ${when}: ${object.name}` });
      }
    }
    for (const { id } of shortest.filter(object => !objects.some(other => other.id === object.id))) {
      listed.set(id, { ...listed.get(id)!, when: otherwise });
    }
  }
  return [...listed.values()];
}

function cluster(props: Partial<SpiloClusterProps>) {
  const chart = new Chart(new App(), 'chart', { namespace: 'shop' });
  return children(new SpiloCluster(chart, NAME, { storage: { size: Size.gibibytes(1) }, postgres: { version: 17 }, ...props }));
}

/** All objects of a `PgAdmin`. */
export function pgAdminListing(): Listed[] {
  const chart = new Chart(new App(), 'chart', { namespace: 'shop' });
  const password = { name: 'login', key: 'password' };
  const servers = [{ cluster: SpiloCluster.fromClusterAttributes(chart, NAME, { clusterName: NAME }) }];
  return children(new PgAdmin(chart, 'pgadmin', { email: 'dba@example.org', password, servers })).map(object => ({ ...object, when: 'always' }));
}

/** A cluster that the proxies stand before, in a chart of its own. */
function imported() {
  const chart = new Chart(new App(), 'chart', { namespace: 'shop' });
  return { chart, cluster: SpiloCluster.fromClusterAttributes(chart, NAME, { clusterName: NAME }) };
}

/** All objects of a `PatroniHaproxy`. */
export function haproxyListing(): Listed[] {
  return compared(props => {
    const { chart, cluster: orders } = imported();
    return children(new PatroniHaproxy(chart, 'proxy', { cluster: orders, ...props }));
  }, HAPROXY_VARIANTS);
}

/** All objects of a `PgBouncerPooler`. */
export function poolerListing(): Listed[] {
  return compared(props => {
    const { chart, cluster: orders } = imported();
    return children(new PgBouncerPooler(chart, 'pooler', { cluster: orders, authPassword: { name: 'pooler', key: 'password' }, ...props }));
  }, POOLER_VARIANTS);
}

/** All objects of a `PatroniConfigFollower`. */
export function followerListing(): Listed[] {
  const { chart, cluster: orders } = imported();
  const proxy = new PatroniConfigFollower(chart, 'proxy', {
    cluster: orders,
    proxy: { name: 'proxy', image: 'proxy:1' },
    files: [{ template: 'a', destination: '/run/proxy/a' }],
    ports: [{ name: 'rw', containerPort: 5000 }],
  });
  return children(proxy).map(object => ({ ...object, when: 'always' }));
}

/** Names as they are rendered: the last word on an object may change its name. */
function children(construct: Construct): Omit<Listed, 'when'>[] {
  return construct.node.children.filter(ApiObject.isApiObject).map(child => {
    const { kind, metadata } = (child as ApiObject).toJson();
    const namespace = [undefined, 'shop'].includes(metadata.namespace) ? '' : ` in the namespace ${metadata.namespace}`;
    return { id: child.node.id, kind, name: code(kind === 'Job' ? metadata.name.replace(/[0-9a-f]{10}$/, '<hash of the change>') : metadata.name) + namespace };
  });
}

function listing(objects: readonly Listed[]): string {
  return table(['id', 'kind', 'name', 'rendered'], objects.map(({ id, kind, name, when }) => [code(id), kind, name, when]));
}
