import { drillOf, restoreDrillRules } from './rules';
import { Contribution } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';
import { cronJob } from '../../kit/companion';
import { clusterNames } from '../../spilo/names';
import { ClusterSpec } from '../../spilo/spec';
import { storeAccess } from '../store/access';
import { backupOf } from '../store/in-use';
import { storeJob } from '../store/job';
import { OWN_READ_ONLY } from '../store/places';

const FILES = [
  'features/restore-drill/programs/drill.py', 'features/store/programs/walg.py', ...['report', 'say', 'settings'].map(name => `kit/programs/${name}.py`),
];
/** For the report, after PostgreSQL has used up its own time. */
const SECONDS_TO_REPORT = 300;

function contribute(spec: ClusterSpec): Contribution {
  const [backup, drill] = [backupOf(spec), drillOf(spec)];
  if (!backup || !drill) { return {}; }
  const { schedule, scratch, checks, maxRecoveryPointAge, maxRestoreTime, deadline, pushgateway, resources } = drill;
  const job = storeJob(spec, {
    id: 'RestoreDrill',
    suffix: 'restore-drill',
    container: 'drill',
    program: 'drill.py',
    // It reads the store and writes nothing there.
    access: storeAccess({ ...backup, place: OWN_READ_ONLY }, clusterNames(spec.name).suffixed('walg')),
    variable: 'DRILL',
    task: {
      cluster: spec.name, checks, max_recovery_point_age: maxRecoveryPointAge, max_restore_seconds: maxRestoreTime, deadline, pushgateway,
    },
    // Which of the image's two sets of locales the members have: an index that was built by the other one looks damaged.
    env: spec.pod.env.filter(({ name }) => name === 'USE_OLD_LOCALES'),
    scratch,
    resources,
    deadlineSeconds: deadline + SECONDS_TO_REPORT,
  });
  return { programs: FILES, objects: [cronJob(job, { schedule })] };
}

/** A restore that is done, not hoped for. */
export const restoreDrillFeature: Feature<ClusterSpec> = { rules: restoreDrillRules, contribute };
