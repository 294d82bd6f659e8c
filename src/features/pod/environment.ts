import { Finding, Rule } from '../../kernel/rule';
import { ClusterSpec } from '../../spilo/spec';

/** Variables that have no effect, or that another property sets; and what to use instead. */
const RESERVED_ENV: readonly (readonly [RegExp, string])[] = [
  [/^PATRONI_/, 'nothing: Spilo starts Patroni without them; use patroni and postgres'],
  [/^(WALG|WALE)_|^USE_WALG/, 'backup: bare variables reach neither PostgreSQL nor the backup job'],
  [/^(CLONE|STANDBY)_/, 'nothing: a cluster that is cloned or follows another is not an environment variable'],
  [/^(DCS_ENABLE_)?KUBERNETES_/, 'patroni.dcs and patroni.bypassApiService'],
  [/^(ETCD3?|CONSUL|ZOOKEEPER|EXHIBITOR)_/, 'patroni.dcs: Kubernetes is the store'],
  [/^SSL_/, 'tls'],
  [/^PG(USER|PASSWORD)(_|$)/, 'credentials'],
  [/^(SCOPE|NAMESPACE|POD_IP|POD_NAMESPACE|SPILO_PROVIDER|SPILO_CONFIGURATION|CRONTAB|DEMO)$/, 'nothing: the library sets it'],
  [/^(PGVERSION|ALLOW_NOSSL)$/, 'postgres.version and postgres.allowPlaintext'],
  [/^(PGHOME|PGROOT|PGDATA|PGLOG|PGPORT|APIPORT|RW_DIR)$/, 'nothing: volumes, probes and Services rely on the image\'s own value'],
];

/** Switches that Spilo takes for on when they hold any text at all. */
const SWITCHES = ['USE_ADMIN', 'PAM_OAUTH2', 'DEVELOP', 'DEBUG', 'ENABLE_PG_MON', 'LOG_GROUP_BY_DATE', 'USE_PAUSE_AT_RECOVERY_TARGET'];
const OFF_WORDS = ['false', 'no', 'off', '0', 'f', 'n'];

function badVariables({ pod: { env } }: ClusterSpec, isBad: (name: string, value?: unknown) => boolean): Finding[] {
  return env.filter(({ name, value }) => isBad(name, value)).map(({ name }) => ({ received: name }));
}

const reservation = (name: string) => RESERVED_ENV.find(([pattern]) => pattern.test(name));

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
    id: 'pod-env-switch',
    property: 'pod.env',
    allowed: 'leave the variable out to switch it off',
    why: 'Spilo takes every text for on, also the word false.',
    find: spec => badVariables(spec, (name, value) => SWITCHES.includes(name) && OFF_WORDS.includes(String(value).toLowerCase())),
  },
];
