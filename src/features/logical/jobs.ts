import { createHash } from 'crypto';
import { Size } from 'cdk8s';
import { ContainerResources, Cpu, k8s } from 'cdk8s-plus-27';
import { ClusterModel, Manifest } from '../../kernel/contribution';
import { MAX_DNS_LABEL } from '../../spilo/names';
import { POSTGRES_PORT } from '../../spilo/paths';
import { ResolvedCredentials } from '../credentials/credentials';
import { OWN, storeAccess, StoreAccess, StoreUse } from '../store/access';
import { Scratch, StoreJob, storeCronJob, storeJobProgram, storeJobSpec, superuserPassword } from '../store/job';

/** Resources of a program that reads from one side and writes to the other. */
export const SMALL_CLIENT: ContainerResources = {
  cpu: { request: Cpu.millis(100) }, memory: { request: Size.mebibytes(256), limit: Size.gibibytes(1) },
};

/** What a dump and a restore are told. */
export interface LogicalSettings {
  readonly scratch?: Scratch;
  readonly deadlineSeconds: number;
  readonly resources: ContainerResources;
  readonly task: { readonly [name: string]: unknown };
}

/** The CronJob of the dumps. The store of the backups it reaches as the members do. */
export function dumpObjects(
  model: ClusterModel, use: StoreUse, credentials: ResolvedCredentials, settings: LogicalSettings & { readonly schedule: string },
): Manifest[] {
  const access = use.place === OWN
    ? storeAccess({ ...use, place: { ...OWN, makes: false } }, { id: '', name: model.names.suffixed('walg') })
    : ownAccess(model, use, 'LogicalDump', 'logical-dump');
  const job = jobOf(model, credentials, settings, { id: 'LogicalDump', suffix: 'logical-dump', container: 'dump', variable: 'DUMP', files: ['features/logical/programs/dump.py'] });
  return [...use.place === OWN ? [] : access.objects, ...storeCronJob(model, access, job, { schedule: settings.schedule })];
}

/** The Job of a restore. A Job cannot be changed: another one has another name. */
export function restoreObjects(model: ClusterModel, use: StoreUse, credentials: ResolvedCredentials, settings: LogicalSettings): Manifest[] {
  const access = ownAccess(model, use, 'LogicalRestore', 'logical-restore');
  const job = jobOf(model, credentials, settings, {
    id: 'LogicalRestore', suffix: 'logical-restore', container: 'restore', variable: 'RESTORE', files: ['features/logical/programs/restore.py'],
  });
  return [...access.objects, storeJobProgram(model, job), {
    id: 'LogicalRestore',
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: model.names.suffixed(job.suffix),
    labels: model.labels.companions(job.suffix),
    body: { spec: k8s.toJson_JobSpec(storeJobSpec(model, access, job)) },
    finish: (json, object) => nameAfter(json, [json.spec, object('LogicalRestoreStore').data]),
  }];
}

function ownAccess(model: ClusterModel, use: StoreUse, id: string, suffix: string): StoreAccess {
  return storeAccess(use, { id: `${id}Store`, name: model.names.suffixed(`${suffix}-store`), labels: model.labels.companions(suffix) }, { TMPDIR: '/tmp' });
}

type Program = Pick<StoreJob, 'id' | 'suffix' | 'container' | 'variable' | 'files'>;

function jobOf({ names }: ClusterModel, credentials: ResolvedCredentials, settings: LogicalSettings, program: Program): StoreJob {
  return {
    ...program,
    ...settings,
    files: [...program.files, 'features/logical/programs/dumps.py', 'kit/programs/report.py', 'features/store/programs/walg.py'],
    task: { cluster: names.cluster, port: POSTGRES_PORT, user: credentials.superuserName, ...settings.task },
    env: [superuserPassword(credentials.secretName, credentials.superuserPasswordKey)],
  };
}

/** A pod carries the name of its Job as a label. */
function nameAfter(json: any, settings: unknown): any {
  const suffix = `-${createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 10)}`;
  return { ...json, metadata: { ...json.metadata, name: json.metadata.name.slice(0, MAX_DNS_LABEL - suffix.length) + suffix } };
}
