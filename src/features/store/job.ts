import { basename } from 'path';
import { ContainerResources, k8s } from 'cdk8s-plus-27';
import { ENVDIR, PROGRAMS, storeAccess, StoreAccess, StoreUse } from './access';
import { ClusterModel, Manifest } from '../../kernel/contribution';
import { resourceRequirements } from '../../kernel/quantity';
import { literally } from '../../kernel/text';
import { program } from '../../kit/program';

const SCRATCH = '/scratch';

/** Room for what a Job fetches or makes. */
export interface Scratch {
  readonly size: string;
  readonly storageClassName?: string;
}

/** What a pod runs that is no member and works with a store. */
export interface StoreJob {
  /** Stem of the construct ids. */
  readonly id: string;
  /** Name of the objects, after the cluster's. */
  readonly suffix: string;
  /** Name of the container. */
  readonly container: string;
  /** Paths of the program's files, the one that is run first. */
  readonly files: readonly string[];
  /** What the program reads, as JSON, and the variable that holds it. */
  readonly variable: string;
  readonly task: { readonly [name: string]: unknown };
  readonly env?: k8s.EnvVar[];
  readonly scratch?: Scratch;
  readonly resources: ContainerResources;
  readonly deadlineSeconds: number;
}

/** How the pod reaches the store of the cluster's own backups: as the members do, without writing to a volume. */
export function readOnlyAccess(use: StoreUse, model: ClusterModel): Pick<StoreAccess, 'volumes' | 'mounts'> {
  const place = { ...use.place, makes: false, readOnly: true };
  return storeAccess({ ...use, place }, { id: '', name: model.names.suffixed('walg') });
}

/** The program of a Job, as a ConfigMap. */
export function storeJobProgram({ names, labels }: ClusterModel, { id, suffix, files }: StoreJob): Manifest {
  return {
    id: `${id}Program`, apiVersion: 'v1', kind: 'ConfigMap', name: names.suffixed(suffix), labels: labels.companions(suffix), body: { data: program(files) },
  };
}

/** A Job that is made once for each run: one that failed has found something, and another try would only hide it. */
export function storeJobSpec(model: ClusterModel, access: Partial<StoreAccess>, job: StoreJob): k8s.JobSpec {
  return {
    backoffLimit: 0,
    activeDeadlineSeconds: job.deadlineSeconds,
    template: { metadata: { labels: { ...model.labels.companions(job.suffix) } }, spec: pod(model, access, job) },
  };
}

/** A CronJob, with its program. */
export function storeCronJob(model: ClusterModel, access: Partial<StoreAccess>, job: StoreJob, cron: Partial<k8s.CronJobSpec>): Manifest[] {
  const name = model.names.suffixed(job.suffix);
  const labels = model.labels.companions(job.suffix);
  return [
    storeJobProgram(model, job),
    {
      id: job.id,
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      name,
      labels,
      body: {
        spec: k8s.toJson_CronJobSpec({
          schedule: '',
          timeZone: 'Etc/UTC',
          concurrencyPolicy: 'Forbid',
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 3,
          ...cron,
          jobTemplate: { metadata: { labels: { ...labels } }, spec: storeJobSpec(model, access, job) },
        }),
      },
    },
  ];
}

/** The superuser's password, for a client of the cluster. */
export function superuserPassword(secretName: string, key: string): k8s.EnvVar {
  return { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: secretName, key } } };
}

/** Pod Security `restricted`, and no token: only that of a store that trusts the members' ServiceAccount. */
function pod(model: ClusterModel, { volumes = [], mounts = [], initContainers = [] }: Partial<StoreAccess>, job: StoreJob): k8s.PodSpec {
  const { scratch } = job;
  const task = scratch ? { ...job.task, scratch: SCRATCH } : job.task;
  return {
    restartPolicy: 'Never',
    serviceAccountName: model.pod.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: model.pod.securityContext,
    imagePullSecrets: model.pod.imagePullSecrets,
    ...(initContainers.length > 0 ? { initContainers } : {}),
    containers: [{
      name: job.container,
      image: model.container.image,
      imagePullPolicy: model.container.imagePullPolicy,
      command: ['envdir', ENVDIR, 'python3', `${PROGRAMS}/${basename(job.files[0])}`],
      env: [{ name: job.variable, value: literally(JSON.stringify(task)) }, ...job.env ?? []],
      resources: resourceRequirements(job.resources),
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      terminationMessagePolicy: 'FallbackToLogsOnError',
      volumeMounts: [
        ...mounts,
        { name: 'program', mountPath: PROGRAMS, readOnly: true },
        ...(scratch ? [{ name: 'scratch', mountPath: SCRATCH }] : []),
        { name: 'run', mountPath: '/run' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    }],
    volumes: [
      ...volumes,
      { name: 'program', configMap: { name: model.names.suffixed(job.suffix) } },
      ...(scratch ? [{ name: 'scratch', ...scratchVolume(scratch) }] : []),
      { name: 'run', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}

function scratchVolume({ size, storageClassName }: Scratch): Partial<k8s.Volume> {
  if (storageClassName === undefined) { return { emptyDir: { sizeLimit: k8s.Quantity.fromString(size) } }; }
  const resources = { requests: { storage: k8s.Quantity.fromString(size) } };
  return { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources } } } };
}
