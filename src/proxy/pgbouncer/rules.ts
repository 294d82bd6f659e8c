import { serverConnections } from './config';
import { isDatabase, isDatabaseName } from './databases';
import { objectNames } from './manifests';
import { POOLER } from './names';
import { PoolUpstream } from './parts';
import { poolerWorkload } from './pod';
import { PoolerSpec } from './spec';
import { below, Finding, Rule, valueRule } from '../../kernel/rule';
import { isObjectName, isOneLine, isSecretKey, isWholeNumber } from '../../kernel/syntax';
import { Share } from '../../kernel/watch';
import { imageRules, versionNumber } from '../../kit/image';
import { secretKeyRule } from '../../kit/secret-key';
import { serviceRules } from '../../kit/service-options';
import { mayLogIn } from '../../spilo/hba';
import { PROXY_LABELS, proxyRules, workloadRules } from '../common/rules';
import { checkRules } from '../haproxy/rules';
import { HaproxyConfigSpec } from '../haproxy/spec';

/** PgBouncer 1.19 has `auth_dbname` and `[peers]`. */
const LEAST_VERSION = 1019;
/** Left for superusers, Patroni, the exporter and people. */
const RESERVED_CONNECTIONS = 10;
/** Longest name whose pods have the name as a label, with the hash of their revision. */
const LONGEST_PEERING_NAME = 52;

/** Roles that Spilo, Patroni or PostgreSQL have: they would get another password and lose nothing of their rights. */
const TAKEN_ROLES = ['postgres', 'standby', 'admin', 'zalandos', 'robot_zmon', 'cron_admin', 'public', 'none', 'current_user', 'session_user', 'user'];
/** Schemas that PostgreSQL and Spilo have: the role's own schema, which only it may use, has its name. */
const TAKEN_SCHEMAS = ['information_schema', 'cron', 'metric_helpers', 'user_management', 'zmon_utils'];
/** Where PgBouncer listens and how it looks up passwords: Services, probes and the auth Job rely on it. */
const TAKEN_SETTINGS = [
  'listen_addr', 'listen_port', 'unix_socket_dir', 'auth_type', 'auth_file', 'auth_user', 'auth_query', 'auth_dbname', 'auth_hba_file', 'peer_id',
  'client_tls_sslmode', 'client_tls_cert_file', 'client_tls_key_file', 'client_tls_ca_file', 'server_tls_sslmode', 'server_tls_ca_file', 'user', 'pidfile', 'logfile',
  'conffile',
];

/** Pods while one is replaced: an update of a Deployment has one pod more. */
const pods = ({ replicas, peering }: PoolerSpec) => replicas + (peering ? 0 : 1);
const available = ({ cluster }: PoolerSpec) => (cluster.maxConnections ?? Infinity) - RESERVED_CONNECTIONS;

/** The pooler's part of the connections of its cluster, where those are known. */
export function share(spec: PoolerSpec): Share[] {
  const { cluster, target } = spec;
  if (cluster.maxConnections === undefined) { return []; }
  const of = `the connections of each member of ${cluster.name}${cluster.namespace === undefined ? '' : ` in ${cluster.namespace}`} (${target})`;
  return [{ property: 'maxServerConnections', of, amount: pods(spec) * serverConnections(spec), limit: available(spec) }];
}

function overBudget(spec: PoolerSpec): Finding[] {
  const all = pods(spec) * serverConnections(spec);
  if (!(all > available(spec))) { return []; }
  const much = Number.isFinite(all) ? `${all} for ${pods(spec)} pods and ${Object.keys(spec.databases).length} databases` : 'no limit';
  return [{ received: spec.maxServerConnections, allowed: `at most ${available(spec)} for all pods, one more during an update, and all databases; these are ${much}` }];
}

const count = (id: string, property: 'maxClientConnections' | 'poolSize' | 'maxServerConnections', most: number): Rule<PoolerSpec> =>
  valueRule(id, property, `a whole number from 1 to ${most}`, 'PgBouncer refuses the configuration, or its clients.',
    spec => spec[property], value => isWholeNumber(value, 1, most));

const badSettings = ({ uncheckedSettings }: PoolerSpec): Finding[] => Object.entries(uncheckedSettings)
  .filter(([name, value]) => !/^[a-z][a-z0-9_]*$/.test(name) || !isOneLine(value) || TAKEN_SETTINGS.includes(name))
  // The value may be a secret.
  .map(([received]) => ({ received }));

/** The follower's template holds them, where `{{` begins something of its own. */
const badDatabases = ({ databases, image, upstream }: PoolerSpec): Finding[] => Object.entries(databases)
  .filter(([name, more]) => !isDatabaseName(name) || !isOneLine(more) || !isDatabase(more, versionNumber(image.version)?.number)
    || (upstream === PoolUpstream.FOLLOWER && more.includes('{{')))
  .map(([received]) => ({ received }));

/** Checks of a pooler. */
export const POOLER_RULES: readonly Rule<PoolerSpec>[] = [
  ...proxyRules<PoolerSpec>('PgBouncer keeps buffers for every connection: without a limit many clients take the memory of the node.', objectNames),
  ...imageRules<PoolerSpec>('image', ({ image }) => image),
  ...imageRules<PoolerSpec>('exporterImage', ({ exporter }) => exporter),
  valueRule('pooler-auth-user', 'authUser', `1 to 63 of a-z 0-9 _, not beginning with a digit or pg_, and none of ${[...TAKEN_ROLES, ...TAKEN_SCHEMAS].join(', ')}`,
    'The role would get another password and lose nothing of its rights, or PostgreSQL refuses its name.',
    ({ authUser }) => authUser, (user, { cluster }) => /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(user) && ![...TAKEN_ROLES, ...TAKEN_SCHEMAS, cluster.superuser.name, cluster.replicationName].includes(user)),
  {
    id: 'pooler-hba',
    property: 'authUser',
    allowed: 'a user whom postgres.hba of the cluster lets in, to the database postgres',
    why: 'PgBouncer looks up the passwords of its clients as this user: it would refuse all of them.',
    find: ({ authUser: user, cluster: { hba }, uncheckedSettings, uncheckedConfig }) => {
      const hasCertificate = uncheckedConfig !== undefined || uncheckedSettings.server_tls_cert_file !== undefined;
      return hba === undefined || mayLogIn(hba, { database: 'postgres', user, hasCertificate }) ? [] : [{ received: user }];
    },
  },
  valueRule('pooler-auth-password-revision', 'authPasswordRevision', 'a text in one line', 'It is an annotation of the pods.',
    ({ authPasswordRevision }) => authPasswordRevision, isOneLine),
  secretKeyRule('pooler-secret', 'authPassword', ({ authPassword, users, serverTls }) => ({
    'authPassword': authPassword,
    ...Object.fromEntries(users.map(({ password }, index) => [`users[${index}].password`, password])),
    'serverTls.ca': serverTls?.ca,
  })),
  {
    id: 'pooler-users',
    property: 'users',
    allowed: 'different names of one line, none of them authUser',
    why: 'PgBouncer reads one password for each name.',
    find: ({ authUser, users }) => [authUser, ...users.map(({ name }) => name)]
      .filter((name, index, all) => !isOneLine(name) || name === '' || all.indexOf(name) < index).map(received => ({ received })),
  },
  {
    id: 'pooler-version',
    property: 'image',
    allowed: 'PgBouncer 1.19 or newer, by the tag of the image or by ContainerImage.of(..., { version })',
    why: 'Older ones refuse auth_dbname: the pod starts again forever. Without a version the library does not know which settings exist.',
    find: ({ image }) => (versionNumber(image.version)?.number ?? 0) >= LEAST_VERSION ? [] : [{ received: image.version ?? image.reference }],
  },
  count('pooler-max-client-connections', 'maxClientConnections', 100000),
  count('pooler-pool-size', 'poolSize', 10000),
  count('pooler-max-server-connections', 'maxServerConnections', 10000),
  {
    id: 'pooler-connection-budget',
    property: 'maxServerConnections',
    allowed: `pods x maxServerConnections x databases, with one pod more during an update, within max_connections - ${RESERVED_CONNECTIONS}`,
    why: 'Under load PostgreSQL would refuse connections, those of Patroni and of administrators among them.',
    find: overBudget,
  },
  {
    id: 'pooler-settings',
    property: 'uncheckedSettings',
    allowed: `names of a-z 0-9 _ and values of one line; not ${TAKEN_SETTINGS.join(', ')}`,
    why: 'A line feed would begin another setting or section, and Services, probes and the auth Job rely on some settings.',
    find: badSettings,
  },
  {
    id: 'pooler-databases',
    property: 'databases',
    allowed: 'at least one; * or names of up to 63 of A-Z a-z 0-9 _ . - other than pgbouncer, with settings as PgBouncer knows them, without host and port, and without {{ before a follower',
    why: 'PgBouncer does not start with another name, or would go around the upstream; \'*\' reaches databases of every name.',
    find: spec => Object.keys(spec.databases).length === 0 ? [{ received: {} }] : badDatabases(spec),
  },
  {
    id: 'pooler-config',
    property: 'uncheckedConfig',
    allowed: 'a file with the sections [databases] and [pgbouncer]',
    why: 'PgBouncer refuses the configuration: the pod starts again forever.',
    find: ({ uncheckedConfig: config }) => config === undefined || (/^\[databases\]/m.test(config) && /^\[pgbouncer\]/m.test(config)) ? []
      : [{ received: 'a text (not shown)' }],
  },
  {
    id: 'pooler-ignored',
    property: 'uncheckedConfig',
    allowed: 'nothing that shapes the library\'s file beside uncheckedConfig; haproxy only with PoolUpstream.HAPROXY_SIDECAR, its readOnly only for replicas; exporterImage only with exporter',
    why: 'It would silently have no effect.',
    find: ({ ignored }) => ignored.map(property => ({ property, received: 'a value without effect' })),
  },
  {
    id: 'pooler-client-ca',
    property: 'clientTls',
    allowed: 'a Secret with a DNS-1123 name; caEntry, a key of it, only with secretName and without allowPlaintext',
    why: 'Without the Secret there is no authority to check with; without TLS there is nothing to check.',
    find: ({ clientTls: { secretName, caEntry, allowPlaintext } }) => [
      ...secretName === undefined || isObjectName(secretName) ? [] : [{ property: 'clientTls.secretName', received: secretName }],
      ...caEntry === undefined || (secretName !== undefined && !allowPlaintext && isSecretKey(caEntry)) ? [] : [{ property: 'clientTls.caEntry', received: caEntry }],
    ],
  },
  {
    id: 'pooler-verify-full',
    property: 'serverTls.verifyFull',
    allowed: 'only with PoolUpstream.SERVICE',
    why: 'PgBouncer connects to 127.0.0.1 or to a pod\'s address, which no member\'s certificate names: every connection would fail.',
    find: ({ serverTls, upstream }) => serverTls?.verifyFull && upstream !== PoolUpstream.SERVICE ? [{ received: true }] : [],
  },
  {
    id: 'pooler-exporter',
    property: 'exporter',
    allowed: 'false where clients must show certificates (clientTls.caEntry)',
    why: 'The exporter cannot log in, for it has no certificate.',
    find: ({ exporter, clientTls }) => exporter && clientTls.caEntry !== undefined ? [{ received: true }] : [],
  },
  {
    id: 'pooler-peering-name',
    property: 'name',
    allowed: `at most ${LONGEST_PEERING_NAME} characters with peering`,
    why: 'The pods of a StatefulSet have a label with the name and eleven more characters: Kubernetes makes none.',
    find: ({ peering, name }) => peering && name.length > LONGEST_PEERING_NAME ? [{ received: name }] : [],
  },
  ...below<PoolerSpec, HaproxyConfigSpec>('haproxy', ({ haproxy }) => haproxy, checkRules),
  ...serviceRules<PoolerSpec>('service', ({ service }) => [{ property: 'service', service }], PROXY_LABELS),
  ...workloadRules<PoolerSpec>(poolerWorkload, () => POOLER),
];
