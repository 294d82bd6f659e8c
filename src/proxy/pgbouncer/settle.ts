import { Duration } from 'cdk8s';
import { DATABASES_FILE, serverConnections } from './config';
import { PgBouncerPoolerProps } from './options';
import { PoolMode, PoolUpstream } from './parts';
import { PoolerSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { settleImage } from '../../kit/image';
import { secretKey } from '../../kit/secret-key';
import { settleService } from '../../kit/service-options';
import { ConnectionTarget } from '../../spilo/connection';
import { settleProxy } from '../common/options';
import { followed } from '../follower/settle';
import { settleConfig } from '../haproxy/settle';

/** The images that the library uses by itself. */
const OWN_IMAGE = { reference: 'ghcr.io/cloudnative-pg/pgbouncer:1.25.2', uid: 998, gid: 996 };
const OWN_EXPORTER = { reference: 'quay.io/prometheuscommunity/pgbouncer-exporter:v0.12.1' };

const DATABASES = 'databases.ini';

/** Properties that shape the library's file, and mean nothing beside another one. */
const SHAPING: readonly (keyof PgBouncerPoolerProps)[] = [
  'databases', 'uncheckedSettings', 'poolMode', 'maxClientConnections', 'poolSize', 'maxServerConnections',
];

/** A pooler with every default. */
export function settlePooler(props: PgBouncerPoolerProps, namespace: string | undefined): PoolerSpec {
  const { target = ConnectionTarget.LEADER } = props;
  const toLeader = target === ConnectionTarget.LEADER;
  const proxy = settleProxy(props, namespace, { suffix: `pooler${toLeader ? '' : '-ro'}`, gracePeriod: Duration.minutes(5) });
  const {
    authUser = 'pooler', authBootstrap = true, users = [], upstream = PoolUpstream.HAPROXY_SIDECAR, poolMode = PoolMode.TRANSACTION,
    maxClientConnections = 1000, poolSize = 20, maxServerConnections = 30, databases = { '*': '' }, uncheckedSettings = {}, clientTls = {},
    serverTls, exporter = false, peering = false,
  } = props;
  const pools = { maxServerConnections, databases: { ...databases }, uncheckedSettings: { ...uncheckedSettings } };
  return onlyDefined<PoolerSpec>({
    ...proxy,
    ...pools,
    image: settleImage(props.image, OWN_IMAGE),
    target,
    authUser,
    authPassword: secretKey(props.authPassword),
    authPasswordRevision: props.authPasswordRevision,
    authBootstrap,
    users: users.map(({ name, password }) => ({ name, password: secretKey(password) })),
    upstream,
    haproxy: upstream === PoolUpstream.HAPROXY_SIDECAR ? settleConfig(proxy.cluster, props.haproxy ?? {}, {
      hasReaders: !toLeader,
      // Each server connection may be replaced by another one before it has ended.
      maxConnections: 2 * Math.min(serverConnections(pools), 20_000) + 100,
      gracePeriod: proxy.pod.terminationGracePeriod,
      bindAddress: '127.0.0.1',
    }) : undefined,
    following: upstream === PoolUpstream.FOLLOWER ? {
      clusters: [followed(proxy.cluster)],
      files: [{ template: DATABASES, destination: DATABASES_FILE }],
      image: proxy.cluster.image,
      interval: 1,
      reload: { process: 'pgbouncer', signal: 'HUP' },
    } : undefined,
    poolMode,
    maxClientConnections,
    poolSize,
    uncheckedConfig: props.uncheckedConfig,
    clientTls: onlyDefined({ secretName: clientTls.secretName, caEntry: clientTls.caEntry, allowPlaintext: clientTls.allowPlaintext ?? false }),
    serverTls: serverTls && { ca: secretKey(serverTls.ca), verifyFull: serverTls.verifyFull ?? false },
    exporter: exporter ? settleImage(props.exporterImage, OWN_EXPORTER) : undefined,
    peering,
    service: settleService(props.service),
    ignored: [
      ...props.uncheckedConfig === undefined ? [] : SHAPING.filter(key => props[key] !== undefined),
      ...props.haproxy !== undefined && upstream !== PoolUpstream.HAPROXY_SIDECAR ? ['haproxy'] : [],
      ...props.haproxy?.readOnly !== undefined && toLeader ? ['haproxy.readOnly'] : [],
      ...props.exporterImage !== undefined && !exporter ? ['exporterImage'] : [],
    ],
  });
}
