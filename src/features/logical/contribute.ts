import { dumpRules, restoreRules } from './rules';
import { dumpUse, ownDumpUse, restoreUse } from './stores';
import { Contribution } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';
import { cronJob, job } from '../../kit/companion';
import { clusterLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { POSTGRES_PORT } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';
import { storeAccess, StoreConfigMap, storeConfigMapIds, storeConfigMaps } from '../store/access';
import { storeJob } from '../store/job';
import { make } from '../store/kinds';

const COMMON_FILES = [
  'features/logical/programs/dumps.py', 'features/store/programs/walg.py', ...['report', 'say', 'settings'].map(name => `kit/programs/${name}.py`),
];
const [DUMP, RESTORE] = ['logical-dump', 'logical-restore'];
/** For the report, after the wait for a leader has used up its own time. */
const SECONDS_TO_REPORT = 300;
const SETTINGS = { TMPDIR: '/tmp' };

/** The ConfigMap of a store that one Job alone uses. */
function configMapOf({ name }: ClusterSpec, id: string, suffix: string): StoreConfigMap {
  return { id: `${id}Store`, name: clusterNames(name).suffixed(`${suffix}-store`), labels: clusterLabels(name).companions(suffix) };
}

/** How the programs log in. */
const login = ({ name, credentials }: ClusterSpec) => ({ cluster: name, port: POSTGRES_PORT, user: credentials.superuser.name });

/** Dumps go into a store of their own, or into that of the backups, whose settings the members have. */
function contributeDump(spec: ClusterSpec): Contribution {
  const { logicalDump: dump } = spec;
  const [use, own] = [dumpUse(spec), ownDumpUse(spec)];
  if (!dump || !use) { return {}; }
  const { schedule, databases, format, parallelJobs, scratch, compression, retain, retainFor, fromReplica, deadline, pushgateway, resources } = dump;
  const { leaderService, replicaService, suffixed } = clusterNames(spec.name);
  const object = configMapOf(spec, 'LogicalDump', DUMP);
  const { initContainers, objects } = make(spec, use);
  const companion = storeJob(spec, {
    id: 'LogicalDump',
    suffix: DUMP,
    container: 'dump',
    program: 'dump.py',
    access: { ...storeAccess(use, own ? object.name : suffixed('walg')), initContainers },
    variable: 'DUMP',
    task: {
      ...login(spec),
      // libpq tries the second where the first has nobody.
      host: fromReplica ? `${replicaService},${leaderService}` : leaderService,
      databases,
      format,
      jobs: parallelJobs,
      compression,
      retain,
      retain_seconds: retainFor,
      deadline,
      pushgateway,
    },
    isClient: true,
    scratch,
    resources,
    deadlineSeconds: deadline,
  });
  return {
    programs: ['features/logical/programs/dump.py', ...COMMON_FILES],
    objects: [...objects, ...own ? storeConfigMaps(use, object, SETTINGS) : [], cronJob(companion, { schedule })],
  };
}

/** A Job cannot be changed: another restore has another name. */
function contributeRestore(spec: ClusterSpec): Contribution {
  const { logicalRestore: restore } = spec;
  const use = restoreUse(spec);
  if (!restore || !use) { return {}; }
  const { dump, databases, roles, parallelJobs, scratch, deadline, resources } = restore;
  const object = configMapOf(spec, 'LogicalRestore', RESTORE);
  const companion = storeJob(spec, {
    id: 'LogicalRestore',
    suffix: RESTORE,
    container: 'restore',
    program: 'restore.py',
    access: storeAccess(use, object.name),
    variable: 'RESTORE',
    task: {
      ...login(spec),
      host: clusterNames(spec.name).leaderService,
      dump,
      databases: databases?.map(({ name, newName }) => ({ name, new_name: newName })),
      roles,
      jobs: parallelJobs,
      deadline,
    },
    isClient: true,
    scratch,
    resources,
    deadlineSeconds: deadline + SECONDS_TO_REPORT,
    nameByContent: storeConfigMapIds(use, object.id),
  });
  return {
    programs: ['features/logical/programs/restore.py', ...COMMON_FILES],
    objects: [...storeConfigMaps(use, object, SETTINGS), job(companion)],
  };
}

/** Dumps of databases with PostgreSQL's own tools, by a CronJob. */
export const logicalDumpFeature: Feature<ClusterSpec> = { rules: dumpRules, contribute: contributeDump };

/** A restore from such a dump, by a Job. */
export const logicalRestoreFeature: Feature<ClusterSpec> = { rules: restoreRules, contribute: contributeRestore };
