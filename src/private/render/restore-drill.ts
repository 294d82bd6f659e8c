import { ContainerResources, k8s } from 'cdk8s-plus-27';
import { ClusterModel, Manifest } from '../contribution';
import { literally } from '../env';
import { program } from '../program';
import { resourceRequirements } from '../quantity';
import { ENVDIR, PROGRAMS, storeAccess, StoreUse } from '../store';

const SCRATCH = '/scratch';

/** How the drill behaves. */
export interface DrillSettings {
  readonly scratch: string;
  readonly storageClassName?: string;
  readonly schedule: string;
  readonly deadlineSeconds: number;
  readonly resources: ContainerResources;
  /** What the program reads. */
  readonly task: { readonly [name: string]: unknown };
}

/** The CronJob and its program. It reads the store through the ConfigMap and the Secrets of the members, and writes nothing there. */
export function drillObjects(model: ClusterModel, use: StoreUse, settings: DrillSettings): Manifest[] {
  const name = model.names.suffixed('restore-drill');
  const labels = model.labels.companions('restore-drill');
  return [
    { id: 'RestoreDrillProgram', apiVersion: 'v1', kind: 'ConfigMap', name, labels, body: { data: program('backup', ['drill.py', 'walg.py']) } },
    {
      id: 'RestoreDrill',
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      name,
      labels,
      body: {
        spec: k8s.toJson_CronJobSpec({
          schedule: settings.schedule,
          timeZone: 'Etc/UTC',
          concurrencyPolicy: 'Forbid',
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            metadata: { labels: { ...labels } },
            spec: {
              // A drill that failed has found something: another try would only hide it.
              backoffLimit: 0,
              // Some time for the report, after PostgreSQL has used up its own.
              activeDeadlineSeconds: settings.deadlineSeconds + 300,
              template: { metadata: { labels: { ...labels } }, spec: pod(model, use, name, settings) },
            },
          },
        }),
      },
    },
  ];
}

function pod(model: ClusterModel, use: StoreUse, name: string, settings: DrillSettings): k8s.PodSpec {
  const place = { ...use.place, makes: false, readOnly: true };
  const { volumes, mounts } = storeAccess({ ...use, place }, { id: '', name: model.names.suffixed('walg') });
  const { scratch, storageClassName } = settings;
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: model.pod.securityContext,
    imagePullSecrets: model.pod.imagePullSecrets,
    containers: [{
      name: 'drill',
      image: model.container.image,
      imagePullPolicy: model.container.imagePullPolicy,
      command: ['envdir', ENVDIR, 'python3', `${PROGRAMS}/drill.py`],
      env: [{ name: 'DRILL', value: literally(JSON.stringify({ ...settings.task, scratch: SCRATCH })) }],
      resources: resourceRequirements(settings.resources),
      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      terminationMessagePolicy: 'FallbackToLogsOnError',
      volumeMounts: [
        ...mounts,
        { name: 'program', mountPath: PROGRAMS, readOnly: true },
        { name: 'scratch', mountPath: SCRATCH },
        { name: 'run', mountPath: '/run' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    }],
    volumes: [
      ...volumes,
      { name: 'program', configMap: { name } },
      { name: 'scratch', ...scratchVolume(scratch, storageClassName) },
      { name: 'run', emptyDir: {} },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}

function scratchVolume(size: string, storageClassName?: string): Partial<k8s.Volume> {
  if (storageClassName === undefined) { return { emptyDir: { sizeLimit: k8s.Quantity.fromString(size) } }; }
  const resources = { requests: { storage: k8s.Quantity.fromString(size) } };
  return { ephemeral: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources } } } };
}
