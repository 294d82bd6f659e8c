import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { ClusterModel, Manifest } from '../../kernel/contribution';
import { FeatureContext } from '../../kernel/feature';
import { PGDATA, POSTGRES_PORT } from '../../spilo/paths';
import { ENVDIR, PROGRAMS, StoreUse } from '../store/access';
import { readOnlyAccess, storeCronJob, superuserPassword } from '../store/job';

/** What a member runs for a base backup. */
export const backupCommand = (action: string) => `envdir ${ENVDIR} python3 ${PROGRAMS}/backup.py ${action} ${PGDATA}`;

/** A base backup at once: a Job that asks the leader through SQL, and then looks into the store itself: it needs no right to the Kubernetes API. */
export function baseBackupObjects({ props, names }: FeatureContext, use: StoreUse, model: ClusterModel): Manifest[] {
  const { secretName, superuserName, superuserPasswordKey } = props.credentials._resolve(names.cluster);
  const job = {
    id: 'BaseBackup',
    suffix: 'base-backup',
    container: 'base-backup',
    files: ['features/backup/programs/now.py', 'kit/programs/report.py', 'features/store/programs/walg.py'],
    variable: 'BASE_BACKUP',
    task: { cluster: names.cluster, host: names.leaderService, port: POSTGRES_PORT, user: superuserName, command: backupCommand('now') },
    env: [superuserPassword(secretName, superuserPasswordKey)],
    // The work is done by the leader.
    resources: { cpu: { request: Cpu.millis(10) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(256) } },
    deadlineSeconds: Duration.days(1).toSeconds(),
  };
  // The schedule has to be there, and is never followed.
  return storeCronJob(model, readOnlyAccess(use, model), job, { schedule: '0 0 1 1 *', suspend: true });
}
