import { k8s } from 'cdk8s-plus-27';
import { StoreAccess } from './access';
import { ENVDIR } from './places';
import { ScratchSpec } from './spec';
import { ResourcesSpec } from '../../kernel/quantity';
import { Rule } from '../../kernel/rule';
import { literally } from '../../kernel/text';
import { Companion } from '../../kit/companion';
import { secretVariable } from '../../kit/secret-key';
import { clusterCompanion } from '../../spilo/companions';
import { clusterNames } from '../../spilo/names';
import { PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

const SCRATCH = '/scratch';

/** Resources of a Job that reads from one side and writes to the other. */
export const CLIENT_RESOURCES: ResourcesSpec = { cpu: { request: '100m' }, memory: { request: '256Mi', limit: '1Gi' } };

/** What works with a store and is no member. */
export interface StoreJob {
  readonly id: string;
  readonly suffix: string;
  readonly container: string;
  /** File of the program that is run. */
  readonly program: string;
  readonly access: StoreAccess & { readonly initContainers?: readonly k8s.Container[] };
  /** What the program reads, as JSON, and the variable that holds it. */
  readonly variable: string;
  readonly task: { readonly pushgateway?: string; readonly [name: string]: unknown };
  /** Whether the program logs in at the leader. */
  readonly isClient?: boolean;
  /** Variables that the image needs beside. */
  readonly env?: readonly k8s.EnvVar[];
  readonly scratch?: ScratchSpec;
  readonly resources: ResourcesSpec;
  readonly deadlineSeconds: number;
  readonly nameByContent?: Companion['nameByContent'];
}

/** A Job that is never tried again: one that failed has found something, and another try would only hide it. */
export function storeJob(spec: ClusterSpec, job: StoreJob): Companion {
  const { id, suffix, container, program, access, scratch, resources, deadlineSeconds, nameByContent } = job;
  return clusterCompanion(spec, {
    id,
    suffix,
    container,
    command: ['envdir', ENVDIR, 'python3', `${PROGRAMS}/${program}`],
    env: environment(spec, job),
    resources,
    // A store may trust the members' account: its token is a volume of the store's.
    serviceAccountName: spec.serviceAccount.name,
    initContainers: access.initContainers,
    volumes: [
      ...access.volumes, ...scratch ? [{ name: 'scratch', ...scratchVolume(scratch) }] : [], { name: 'run', emptyDir: {} }, { name: 'tmp', emptyDir: {} },
    ],
    mounts: [
      ...access.mounts, ...scratch ? [{ name: 'scratch', mountPath: SCRATCH }] : [], { name: 'run', mountPath: '/run' }, { name: 'tmp', mountPath: '/tmp' },
    ],
    terminationMessagePolicy: 'FallbackToLogsOnError',
    retries: 0,
    deadlineSeconds,
    nameByContent,
  });
}

function environment({ credentials }: ClusterSpec, { variable, task, scratch, isClient, env = [] }: StoreJob): k8s.EnvVar[] {
  const settings = JSON.stringify(scratch ? { ...task, scratch: SCRATCH } : task);
  return [
    { name: variable, value: literally(settings) },
    ...isClient ? [secretVariable('PGPASSWORD', credentials.superuser.password)] : [],
    ...env,
    // Two namespaces may have clusters of one name, and metrics of one must not replace those of the other.
    ...task.pushgateway === undefined ? [] : [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
  ];
}

function scratchVolume({ size, storageClassName }: ScratchSpec): Partial<k8s.Volume> {
  if (storageClassName === undefined) { return { emptyDir: { sizeLimit: k8s.Quantity.fromString(size) } }; }
  const resources = { requests: { storage: k8s.Quantity.fromString(size) } };
  return { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources } } } };
}

/** The pods of a CronJob's Jobs have a label with its name and eleven more characters, and a label ends at 63. */
const MAX_CRON_JOB_NAME = 52;

/** A rule that the name of a feature's CronJob is not too long, if it has one. */
export function cronJobNameRule(
  id: string, property: string, suffix: string, otherwise: string, hasOne: (spec: ClusterSpec) => boolean,
): Rule<ClusterSpec> {
  return {
    id,
    property,
    allowed: `a clusterName of at most ${MAX_CRON_JOB_NAME - suffix.length - 1} characters, ${otherwise}`,
    why: `The API server refuses the CronJob \`<cluster>-${suffix}\`: its name may have ${MAX_CRON_JOB_NAME} characters.`,
    find: spec => {
      const name = clusterNames(spec.name).suffixed(suffix);
      return hasOne(spec) && name.length > MAX_CRON_JOB_NAME ? [{ received: name }] : [];
    },
  };
}
