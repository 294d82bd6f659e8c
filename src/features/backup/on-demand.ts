import { Manifest } from '../../kernel/contribution';
import { cronJob } from '../../kit/companion';
import { clusterNames } from '../../spilo/names';
import { PGDATA, POSTGRES_PORT, PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';
import { storeAccess } from '../store/access';
import { storeJob } from '../store/job';
import { ENVDIR, OWN_READ_ONLY } from '../store/places';
import { EncryptedStoreSpec } from '../store/spec';

/** What the CronJob is called behind the name of the cluster. */
export const ON_DEMAND = 'base-backup';
const SECONDS_OF_A_DAY = 24 * 60 * 60;

/** What a member runs for a base backup. */
export const backupCommand = (action: string) => `envdir ${ENVDIR} python3 ${PROGRAMS}/backup.py ${action} ${PGDATA}`;

/**
 * A base backup at once: a Job that asks the leader through SQL, and then looks into the store itself: it needs no right to
 * the Kubernetes API. A CronJob that is never due is the template of such Jobs.
 */
export function onDemandCronJob(spec: ClusterSpec, backup: EncryptedStoreSpec): Manifest {
  const { leaderService, suffixed } = clusterNames(spec.name);
  const job = storeJob(spec, {
    id: 'BaseBackup',
    suffix: ON_DEMAND,
    container: ON_DEMAND,
    program: 'now.py',
    access: storeAccess({ ...backup, place: OWN_READ_ONLY }, suffixed('walg')),
    variable: 'BASE_BACKUP',
    task: { cluster: spec.name, host: leaderService, port: POSTGRES_PORT, user: spec.credentials.superuser.name, command: backupCommand('now') },
    isClient: true,
    // The work is done by the leader.
    resources: { cpu: { request: '10m' }, memory: { request: '64Mi', limit: '256Mi' } },
    deadlineSeconds: SECONDS_OF_A_DAY,
  });
  // The schedule has to be there, and is never followed.
  const manifest = cronJob(job, { schedule: '0 0 1 1 *', suspend: true });
  return { ...manifest, annotations: { 'cdk8s-spilo/suspended': why(suffixed(ON_DEMAND)) } };
}

/** A suspended CronJob looks as if backups were off. */
function why(name: string): string {
  return 'Suspended on purpose: cron in the members makes the scheduled base backups. '
    + `This is the template for one at once: kubectl create job --from=cronjob/${name} NAME`;
}
