import { authUserOf, databasesOf, PoolerContext, poolerVersion, toLeader, upstreamOf } from './config';
import { PgBouncerPoolerProps, PoolUpstream } from './options';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isSecretKey, isWholeNumber } from '../../kernel/syntax';
import { serviceRules } from '../../kit/service-options';
import { proxyRules } from '../common/workload';
import { checkRules, knowsHaproxy } from '../haproxy/rules';

/** PgBouncer 1.19 has `auth_dbname` and `[peers]`. */
const LEAST_VERSION = 1019;
/** Left for superusers, Patroni, the exporter and people. */
const RESERVED_CONNECTIONS = 10;

/** Properties that shape the library's file, and mean nothing beside another one. */
const SHAPING: (keyof PgBouncerPoolerProps)[] = ['databases', 'settings', 'poolMode', 'maxClientConnections', 'poolSize', 'maxServerConnections'];

const isSettingName = (name: string) => /^[a-z][a-z0-9_]*$/.test(name);
const isDatabaseName = (name: string) => isOneLine(name) && name !== '' && name !== 'pgbouncer' && !/["[\]=;#%]/.test(name);

/** Most connections that all pods hold for all databases; an update of a Deployment has one pod more. */
function budget({ props }: PoolerContext): number {
  const usual = props.settings?.max_db_connections ?? props.maxServerConnections ?? 30;
  const pods = (props.replicas ?? 2) + (props.peering ? 0 : 1);
  // To PgBouncer 0 is no limit.
  const ofDatabase = (more: string) => Number(/\bmax_db_connections\s*=\s*(\d+)/.exec(more)?.[1] ?? usual) || Infinity;
  return pods * Object.values(databasesOf(props)).reduce((sum, more) => sum + ofDatabase(more), 0);
}

const available = ({ props }: PoolerContext) => (props.cluster.maxConnections ?? Infinity) - RESERVED_CONNECTIONS;

const count = (id: string, property: 'maxClientConnections' | 'poolSize' | 'maxServerConnections', most: number): Rule<PoolerContext> =>
  valueRule(id, property, `a whole number from 1 to ${most}`, 'PgBouncer refuses the configuration, or its clients.',
    ({ props }) => props[property], value => isWholeNumber(value, 1, most));

const badSettings = ({ props }: PoolerContext): Finding[] => Object.entries(props.settings ?? {})
  .filter(([name, value]) => !isSettingName(name) || !isOneLine(value))
  .map(([name, value]) => ({ received: { [name]: value } }));

const badDatabases = ({ props }: PoolerContext): Finding[] => Object.entries(databasesOf(props))
  .filter(([name, more]) => !isDatabaseName(name) || !isOneLine(more) || /\b(host|port)\s*=/.test(more))
  .map(([name, more]) => ({ received: { [name]: more } }));

/** Checks of `PgBouncerPoolerProps`. */
export const POOLER_RULES: readonly Rule<PoolerContext>[] = [
  ...proxyRules<PgBouncerPoolerProps>('PgBouncer keeps buffers for every connection: without a limit many clients take the memory of the node.'),
  valueRule('pooler-auth-user', 'authUser', '1 to 63 of a-z 0-9 _, not beginning with a digit or pg_, and not the superuser',
    'The role would get another password and lose nothing of its rights, or PostgreSQL refuses its schema.',
    ({ props }) => authUserOf(props), (user, { props }) => /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(user) && user !== props.cluster.superuserName),
  {
    id: 'pooler-secret-key',
    property: 'authPassword.key',
    allowed: '1 to 253 of A-Z a-z 0-9 - _ .',
    why: 'No Secret can have such a key: the pod waits for it forever.',
    find: ({ props: { authPassword, users = [], clientTls, serverTls } }) => [
      ['authPassword.key', authPassword.key], ...users.map(({ password }, index) => [`users[${index}].password.key`, password.key]),
      ...clientTls?.caKey === undefined ? [] : [['clientTls.caKey', clientTls.caKey]],
      ...serverTls ? [['serverTls.ca.key', serverTls.ca.key]] : [],
    ]
      .filter(([, key]) => !isSecretKey(key)).map(([property, received]) => ({ property, received })),
  },
  {
    id: 'pooler-users',
    property: 'users',
    allowed: 'different names of one line, none of them authUser',
    why: 'PgBouncer reads one password for each name.',
    find: ({ props }) => [authUserOf(props), ...(props.users ?? []).map(({ name }) => name)]
      .filter((name, index, all) => !isOneLine(name) || name === '' || all.indexOf(name) < index).map(received => ({ received })),
  },
  {
    id: 'pooler-version',
    property: 'image',
    allowed: 'PgBouncer 1.19 or newer, by the tag of the image or by the property version',
    why: 'Older ones refuse auth_dbname: the pod starts again forever. Without a version the library does not know which settings exist.',
    find: ({ props }) => (poolerVersion(props) ?? 0) >= LEAST_VERSION ? [] : [{ received: props.version ?? props.image }],
  },
  {
    id: 'pooler-id',
    property: 'uid',
    allowed: 'whole numbers, at least 1',
    why: 'The pod runs as no root: the kubelet refuses user 0.',
    find: ({ props }) => Object.entries({ uid: props.uid, gid: props.gid })
      .filter(([, value]) => value !== undefined && !isWholeNumber(value, 1)).map(([property, received]) => ({ property, received })),
  },
  count('pooler-max-client-connections', 'maxClientConnections', 100000),
  count('pooler-pool-size', 'poolSize', 10000),
  count('pooler-max-server-connections', 'maxServerConnections', 10000),
  {
    id: 'pooler-connection-budget',
    property: 'maxServerConnections',
    allowed: `pods x maxServerConnections x databases, with one pod more during an update, within max_connections - ${RESERVED_CONNECTIONS}`,
    why: 'Under load PostgreSQL would refuse connections, those of Patroni and of administrators among them.',
    find: context => budget(context) > available(context)
      ? [{ received: Number.isFinite(budget(context)) ? budget(context) : 'no limit', allowed: `at most ${available(context)}: (replicas + 1) x maxServerConnections x databases` }] : [],
  },
  {
    id: 'pooler-settings',
    property: 'settings',
    allowed: 'names of a-z 0-9 _ and values of one line',
    why: 'A line feed would begin another setting or section, silently.',
    find: badSettings,
  },
  {
    id: 'pooler-databases',
    property: 'databases',
    allowed: 'at least one; names without " [ ] = ; # % and other than pgbouncer, settings of one line without host and port',
    why: 'PgBouncer would read another section or setting, or go around the upstream.',
    find: context => Object.keys(databasesOf(context.props)).length === 0 ? [{ received: {} }] : badDatabases(context),
  },
  valueRule('pooler-config', 'config', 'a file with the sections [databases] and [pgbouncer]',
    'PgBouncer refuses the configuration: the pod starts again forever.',
    ({ props }) => props.config, config => /^\[databases\]/m.test(config) && /^\[pgbouncer\]/m.test(config)),
  {
    id: 'pooler-config-alone',
    property: 'config',
    allowed: `without ${SHAPING.join(', ')}`,
    why: 'They shape the library\'s file and would be lost in another one.',
    find: ({ props }) => props.config === undefined ? []
      : SHAPING.filter(key => props[key] !== undefined).map(key => ({ property: key, received: props[key] })),
  },
  {
    id: 'pooler-client-ca',
    property: 'clientTls.caKey',
    allowed: 'only with secret, and without allowPlaintext',
    why: 'Without the Secret there is no authority to check with; without TLS there is nothing to check.',
    find: ({ props: { clientTls: tls } }) => tls?.caKey !== undefined && (tls.secret === undefined || tls.allowPlaintext)
      ? [{ received: tls.caKey }] : [],
  },
  {
    id: 'pooler-verify-full',
    property: 'serverTls.verifyFull',
    allowed: 'only with PoolUpstream.SERVICE',
    why: 'PgBouncer connects to 127.0.0.1 or to a pod\'s address, which no member\'s certificate names: every connection would fail.',
    find: ({ props }) => props.serverTls?.verifyFull && upstreamOf(props) !== PoolUpstream.SERVICE ? [{ received: true }] : [],
  },
  {
    id: 'pooler-haproxy-alone',
    property: 'haproxy',
    allowed: 'only with PoolUpstream.HAPROXY_SIDECAR',
    why: 'There is no HAProxy that it could shape.',
    find: ({ props }) => props.haproxy !== undefined && upstreamOf(props) !== PoolUpstream.HAPROXY_SIDECAR
      ? [{ received: props.haproxy }] : [],
  },
  {
    id: 'pooler-readers',
    property: 'haproxy.readOnly',
    allowed: 'only with ConnectionTarget.REPLICAS',
    why: 'There are no readers that it could shape.',
    find: ({ props }) => props.haproxy?.readOnly !== undefined && toLeader(props) ? [{ received: props.haproxy.readOnly }] : [],
  },
  {
    id: 'pooler-haproxy-version',
    property: 'haproxy.image',
    allowed: 'HAProxy 2.4 or newer but not 3.2.0, which a bare 3.2 may be, by the tag of the image or by haproxy.version',
    why: 'HAProxy 3.2.0 hangs in the first switchover (haproxy#2990).',
    find: ({ props }) => knowsHaproxy(props.haproxy ?? {}) ? [] : [{ received: props.haproxy?.version ?? props.haproxy?.image }],
  },
  {
    id: 'pooler-exporter',
    property: 'exporter',
    allowed: 'true where exporterImage is given, and false where clients must show certificates (clientTls.caKey)',
    why: 'No exporter runs, or it cannot log in, for it has no certificate.',
    find: ({ props }) => (props.exporterImage !== undefined && !props.exporter) || (props.exporter && props.clientTls?.caKey !== undefined)
      ? [{ received: props.exporter }] : [],
  },
  ...checkRules<PoolerContext>('haproxy.', ({ props }) => props.haproxy ?? {}),
  ...serviceRules<PoolerContext>('service', ({ props }) => [{ property: 'service', options: props.service ?? {} }]),
];
