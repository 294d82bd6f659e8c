import { Finding, Rule } from '../../kernel/rule';
import { ClusterSpec } from '../../spilo/spec';

/** Variables that have no effect, or that another property sets; and what to use instead. */
const RESERVED_ENV: readonly (readonly [RegExp, string])[] = [
  [/^PATRONI_/, 'nothing: Spilo starts Patroni without them; use patroni and postgres'],
  [/^(WALG|WALE|WAL)_|^USE_WAL[EG]|^BACKUP_|^SSH_(PRIVATE_KEY_PATH|USERNAME|PORT)$/, 'backup: Spilo would archive to a place of its own, beside the library or instead of it'],
  [/^(CLONE|STANDBY)_/, 'nothing: a cluster that is cloned or follows another is not an environment variable'],
  [/^(DCS_ENABLE_)?KUBERNETES_/, 'patroni.dcs and patroni.bypassApiService'],
  [/^(ETCD3?|CONSUL|ZOOKEEPER|EXHIBITOR)_/, 'patroni.dcs: Kubernetes is the store'],
  [/^SSL_/, 'tls'],
  [/^PG(USER|PASSWORD)(_|$)/, 'credentials'],
  [/^PG(HOST|HOSTADDR|SERVICE|TARGETSESSIONATTRS|REQUIREAUTH|REQUIRESSL)$/, 'nothing: Patroni, wal-g and Spilo\'s scripts connect by their own PostgreSQL\'s socket'],
  [/^(SCOPE|NAMESPACE|POD_IP|POD_NAMESPACE|SPILO_PROVIDER|SPILO_CONFIGURATION|CRONTAB|DEMO)$/, 'nothing: the library sets it'],
  [/^(PGVERSION|ALLOW_NOSSL)$/, 'postgres.version and postgres.allowPlaintext'],
  [/^(PG|RESTAPI)_CONNECT_ADDRESS$|^BGMON_LISTEN_IP$/, 'nothing: members are reached by the addresses of their pods'],
  [/^USE_ADMIN$/, 'credentials.adminName: Spilo would make a user with a password that everybody knows'],
  [/^INITDB_LOCALE$/, 'postgres.initdb'],
  [/^CALLBACK_SCRIPT$/, 'callback'],
  [/^(EIP_ALLOCATION|AWS_LEADER_TAG_VALUE)$/, 'nothing: Spilo reads it on AWS without Kubernetes only'],
  [/^(HOSTNAME|PATH)$/, 'nothing: members are known by the one, and find their programs by the other'],
  [/^(PGHOME|PGROOT|PGDATA|PGLOG|PGPORT|APIPORT|RW_DIR)$/, 'nothing: volumes, probes and Services rely on the image\'s own value'],
];

/** Switches that Spilo takes for on when they hold any text at all. */
const SWITCHES = ['PAM_OAUTH2', 'DEVELOP', 'DEBUG', 'ENABLE_PG_MON', 'LOG_GROUP_BY_DATE', 'USE_PAUSE_AT_RECOVERY_TARGET'];
const OFF_WORDS = ['false', 'no', 'off', '0', 'f', 'n'];

/** PostgreSQL's reserved words: Spilo writes the name of a role into SQL as it is. */
const RESERVED_WORDS = new Set((
  'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_catalog current_date '
  + 'current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from '
  + 'grant group having in initially intersect into lateral leading limit localtime localtimestamp none not null offset on only or order placing '
  + 'primary public references returning select session_user some symmetric system_user table then to trailing true union unique user using '
  + 'variadic when where window with'
).split(' '));

/** A role that Spilo makes for people, or takes rights away from, at every start of a leader. */
function isHumanRole(role: unknown, { credentials: { superuser, replication, admin } }: ClusterSpec): boolean {
  const others = ['admin', 'cron_admin', 'robot_zmon', superuser.name, replication.name, admin?.name];
  return typeof role === 'string' && /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(role) && !RESERVED_WORDS.has(role) && !others.includes(role);
}

function badVariables({ pod: { env } }: ClusterSpec, isBad: (name: string, value?: unknown) => boolean): Finding[] {
  return env.filter(({ name, value }) => isBad(name, value)).map(({ name }) => ({ received: name }));
}

const reservation = (name: string) => RESERVED_ENV.find(([pattern]) => pattern.test(name));

/** Whether another property sets a variable, or nothing reads it. */
export const isReserved = (name: string): boolean => reservation(name) !== undefined;

/** Checks of variables that Spilo reads. */
export const RESERVED_ENV_RULES: readonly Rule<ClusterSpec>[] = [
  {
    id: 'pod-env-reserved',
    property: 'pod.env',
    allowed: 'other variables',
    why: 'Spilo ignores the variable, or it contradicts what the library set.',
    find: spec => badVariables(spec, name => reservation(name) !== undefined)
      .map(finding => ({ ...finding, allowed: `instead of it: ${reservation(finding.received as string)![1]}` })),
  },
  {
    id: 'pod-env-human-role',
    property: 'pod.env.HUMAN_ROLE',
    allowed: 'a lower-case letter or _, then a-z 0-9 _; no reserved word of SQL, and no role that is there for something else',
    why: 'Spilo makes the role without quotes, and takes login and rights away from a role that is there: the cluster is never made, or nobody gets in.',
    find: spec => spec.pod.env.filter(({ name, value }) => name === 'HUMAN_ROLE' && value !== undefined && !isHumanRole(value, spec))
      .map(({ value }) => ({ received: value })),
  },
  {
    id: 'pod-env-pg-mon',
    property: 'pod.env.ENABLE_PG_MON',
    allowed: 'together with pg_mon in postgres.preloadLibraries, if there are any',
    why: 'A list of one\'s own replaces that of Spilo, which would have pg_mon; without it Spilo\'s script stops at CREATE EXTENSION.',
    find: ({ pod: { env }, postgres: { preloadLibraries } }) => preloadLibraries.length === 0 || preloadLibraries.includes('pg_mon') ? []
      : env.filter(({ name, value }) => name === 'ENABLE_PG_MON' && value === 'true').map(({ value }) => ({ received: value })),
  },
  {
    id: 'pod-env-switch',
    property: 'pod.env',
    allowed: 'leave the variable out to switch it off',
    why: 'Spilo takes every text for on, also the word false.',
    find: spec => badVariables(spec, (name, value) => SWITCHES.includes(name) && OFF_WORDS.includes(String(value).toLowerCase())),
  },
];
