import { Duration } from 'cdk8s';
import { EnvValue, k8s } from 'cdk8s-plus-27';
import { Contribution } from '../../kernel/contribution';
import { given } from '../../kernel/empty';
import { Feature, FeatureContext } from '../../kernel/feature';
import { Finding, annotationsRule, labelsRules, Rule, valueRule } from '../../kernel/rule';
import { isEnvName, isObjectName, isWholeNumber } from '../../kernel/syntax';

/**
 * Additions to the members' pods. None of them can replace what the library set: a name that is taken is an error.
 */
export interface PodOptions {
  /**
   * Labels of the pods.
   *
   * @default - the cluster's own
   * @changes rollout
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the pods.
   *
   * @default - none
   * @changes rollout
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Environment variables of the database container. Variables that Spilo would ignore or misread, and those that the
   * library sets, are refused.
   *
   * @default - none
   * @changes rollout
   */
  readonly env?: { [name: string]: EnvValue };

  /**
   * Containers beside the database container. They get no token of the Kubernetes API.
   *
   * @default - none
   * @changes rollout
   */
  readonly sidecars?: k8s.Container[];

  /**
   * Containers that run to their end before the database container starts.
   *
   * @default - none
   * @changes rollout
   */
  readonly initContainers?: k8s.Container[];

  /**
   * Volumes of the pods.
   *
   * @default - none
   * @changes rollout
   */
  readonly volumes?: k8s.Volume[];

  /**
   * Mounts of the database container.
   *
   * @default - none
   * @changes rollout
   */
  readonly volumeMounts?: k8s.VolumeMount[];

  /**
   * Names of the Secrets with which images are pulled.
   *
   * @default - none
   * @changes rollout
   */
  readonly imagePullSecrets?: string[];

  /**
   * How long a member may take to stop. It hands over its lock, ends its clients and writes a checkpoint; killed
   * before that, it is missed only after Patroni's `ttl`.
   *
   * @default Duration.minutes(5)
   * @changes rollout
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Whether the root file system of the database container is read-only.
   *
   * @default - true for images that were seen to boot so, Spilo 4.0-p3
   * @changes rollout
   */
  readonly readOnlyRootFilesystem?: boolean;
}

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

const pod = ({ props }: FeatureContext) => props.pod ?? {};

function badEnv(context: FeatureContext, isBad: (name: string, value: EnvValue) => boolean): Finding[] {
  return Object.entries(pod(context).env ?? {})
    .filter(([name, value]) => isBad(name, value)).map(([name]) => ({ property: 'pod.env', received: name }));
}

const reservation = (name: string) => RESERVED_ENV.find(([pattern]) => pattern.test(name));

const rules: Rule<FeatureContext>[] = [
  ...labelsRules<FeatureContext>('pod-labels', 'pod.labels', context => ({ 'pod.labels': pod(context).labels })),
  annotationsRule('pod-annotations', 'pod.annotations', context => ({ 'pod.annotations': pod(context).annotations })),
  {
    id: 'pod-env-name',
    property: 'pod.env',
    allowed: 'letters, digits, - _ and ., not beginning with a digit',
    why: 'The API server refuses the pod.',
    find: context => badEnv(context, name => !isEnvName(name)),
  },
  {
    id: 'pod-env-reserved',
    property: 'pod.env',
    allowed: 'other variables',
    why: 'Spilo ignores the variable, or it contradicts what the library set.',
    find: context => badEnv(context, name => reservation(name) !== undefined)
      .map(finding => ({ ...finding, allowed: `instead of it: ${reservation(finding.received as string)![1]}` })),
  },
  {
    id: 'pod-env-switch',
    property: 'pod.env',
    allowed: 'leave the variable out to switch it off',
    why: 'Spilo takes every text for on, also the word false.',
    find: context => badEnv(context, (name, { value }) => SWITCHES.includes(name) && OFF_WORDS.includes(String(value).toLowerCase())),
  },
  {
    id: 'pod-pull-secret',
    property: 'pod.imagePullSecrets',
    allowed: 'DNS-1123 subdomains',
    why: 'The API server refuses the pod.',
    find: context => (pod(context).imagePullSecrets ?? []).filter(name => !isObjectName(name)).map(received => ({ received })),
  },
  valueRule('pod-grace-period', 'pod.terminationGracePeriod', 'whole seconds, at least 60',
    'A member that is killed before it has stopped is missed only after Patroni\'s ttl, and has to recover.',
    context => pod(context).terminationGracePeriod && pod(context).terminationGracePeriod!.toMilliseconds() / 1000,
    seconds => isWholeNumber(seconds, 60)),
];

function contribute(context: FeatureContext): Contribution {
  const { labels, annotations, env, sidecars, initContainers, volumes, volumeMounts, imagePullSecrets } = pod(context);
  return {
    podLabels: labels,
    podAnnotations: annotations,
    env: Object.entries(env ?? {}).map(([name, { value, valueFrom }]) => ({ name, value, valueFrom })),
    sidecars,
    initContainers,
    volumes,
    mounts: volumeMounts,
    pod: { imagePullSecrets: given(imagePullSecrets)?.map(name => ({ name })) },
  };
}

export const podFeature: Feature = { rules, contribute };
