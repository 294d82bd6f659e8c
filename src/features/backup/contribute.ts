import { backupCommand, onDemandCronJob } from './on-demand';
import { backupRules } from './rules';
import { StoredBackupSpec } from './spec';
import { Contribution, JsonMap } from '../../kernel/contribution';
import { onlyDefined } from '../../kernel/data';
import { Feature } from '../../kernel/feature';
import { kibibytes } from '../../kernel/quantity';
import { programs } from '../../spilo/companions';
import { clusterLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { PGDATA, POSTGRES_PORT, PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';
import { followedPlace, PG_VERSION, restoreCommand, segmentSettings, storeAccess, storeConfigMaps } from '../store/access';
import { backupOf } from '../store/in-use';
import { Settings } from '../store/kind';
import { make } from '../store/kinds';
import { ENVDIR, OWN } from '../store/places';

/** What the members run, and the Job for a base backup at once. */
const FILES = [
  ...['again', 'backup', 'owner', 'replica'].map(name => `features/backup/programs/${name}.py`),
  'features/store/programs/walg.py',
  ...['patroni', 'rest', 'say'].map(name => `kit/programs/${name}.py`),
];
const ON_DEMAND_FILES = [
  'features/backup/programs/now.py', 'features/store/programs/walg.py', ...['report', 'say', 'settings'].map(name => `kit/programs/${name}.py`),
];

/** Without a store, replicas are copied from the leader; said here so that exactly one feature says it. */
const WITHOUT: Contribution = { configuration: { postgresql: { create_replica_methods: ['basebackup'] } } };

function contribute(spec: ClusterSpec): Contribution {
  const backup = backupOf(spec);
  if (!backup) { return WITHOUT; }
  const use = { ...backup, place: OWN };
  const name = clusterNames(spec.name).suffixed('walg');
  const { volumes, mounts } = storeAccess(use, name);
  const { initContainers, objects } = make(spec, use);
  const { volume, mount } = programs(spec);
  const followed = followedPlace(use);
  return {
    crontab: crontab(backup),
    configuration: configuration(backup, followed.prelude),
    initContainers,
    volumes: [...volumes, volume],
    mounts: [...mounts, mount],
    programs: [...FILES, ...backup.onDemand ? ON_DEMAND_FILES : []],
    objects: [
      ...objects,
      ...storeConfigMaps(use, { id: 'WalgConfigMap', name, labels: clusterLabels(spec.name).metadata }, { ...settings(spec, backup), ...followed.settings }),
      ...backup.onDemand ? [onDemandCronJob(spec, backup)] : [],
    ],
  };
}

/**
 * wal-g's own ten minutes of waiting for S3 hide from PostgreSQL that nothing is archived, and go on after S3 is back. Within a minute
 * PostgreSQL is told, and tries again by itself.
 */
const PATIENCE: { readonly [kind: string]: Settings } = { s3: { S3_MAX_RETRIES: '10' } };

/** What the library says to wal-g, to its own programs and to Spilo's scripts that people run by hand. */
function settings(spec: ClusterSpec, backup: StoredBackupSpec): Settings {
  const optional = onlyDefined<{ readonly [name: string]: string | number | undefined }>({
    BACKUP_RETAIN_SECONDS: backup.retainFor,
    BACKUP_FROM_REPLICA: backup.fromReplica ? 'true' : undefined,
    WALG_COMPRESSION_METHOD: backup.compression,
    WALG_DELTA_MAX_STEPS: backup.deltaSteps,
    WALG_UPLOAD_CONCURRENCY: backup.uploadConcurrency,
    WALG_DOWNLOAD_CONCURRENCY: backup.downloadConcurrency,
    WALG_DISK_RATE_LIMIT: bytes(backup.diskRateLimit),
    WALG_NETWORK_RATE_LIMIT: bytes(backup.networkRateLimit),
  });
  return {
    ...PATIENCE[backup.store.kind],
    // Without the two, Spilo's scripts call wal-e, which no image of today has.
    USE_WALG_BACKUP: 'true',
    USE_WALG_RESTORE: 'true',
    BACKUP_NUM_TO_RETAIN: String(backup.retain),
    BACKUP_RETAIN: String(backup.retain),
    // A cluster that starts anew in the directory of its predecessor must fail, not overwrite it.
    WALG_PREVENT_WAL_OVERWRITE: 'true',
    PGHOST: '/var/run/postgresql',
    PGPORT: String(POSTGRES_PORT),
    PGUSER: spec.credentials.superuser.name,
    TMPDIR: '/tmp',
    ...segmentSettings(spec),
    ...Object.fromEntries(Object.entries(optional).map(([name, value]) => [name, String(value)])),
    ...backup.uncheckedWalgSettings,
  };
}

const bytes = (rate?: string) => rate === undefined ? undefined : kibibytes(rate) * 1024;

/** The scheduled base backup, and one as soon as there is none; a store that does not answer is asked again a minute later. */
function crontab({ schedule }: StoredBackupSpec): string[] {
  const backup = (action: string) => `${backupCommand(action)} >>/tmp/backup.log 2>&1`;
  return [
    `${schedule} ${backup('scheduled')}`,
    `* * * * * cmp -s ${PG_VERSION} /tmp/first-backup || ${backup('first')}`,
  ];
}

/**
 * The first segment after each start, and of each major version, asks whether the store is this cluster's own; one that is
 * refused, whether half of it is in the way. Patroni runs the command in a directory of its own.
 */
function archiveCommand(prelude: string): string {
  return `envdir ${ENVDIR} sh -c '${prelude}{ cmp -s ${PG_VERSION} /tmp/own-store || python3 ${PROGRAMS}/owner.py ${PGDATA}; } `
    + `&& { wal-g wal-push "$0" || exec python3 ${PROGRAMS}/again.py "$0"; }' "%p"`;
}

/**
 * Archive and restore through the envdir. `archive_command` of this document wins over Spilo's, which is `/bin/true` for
 * stores that Spilo does not know: there a backup looks fine and cannot be restored.
 */
function configuration({ archiveTimeout }: StoredBackupSpec, prelude: string): JsonMap {
  return {
    postgresql: {
      parameters: {
        archive_command: archiveCommand(prelude),
        archive_timeout: `${archiveTimeout}s`,
      },
      recovery_conf: { restore_command: restoreCommand(ENVDIR, prelude) },
      // Not Spilo's method: the names of its scripts, and what they take for a store, depend on the version.
      create_replica_methods: ['from_backup', 'basebackup'],
      from_backup: {
        command: `envdir ${ENVDIR} python3 ${PROGRAMS}/replica.py`,
        threshold_percent: 30,
        // The same under its names before and since Patroni 4: the store serves a replica also without a leader.
        no_leader: 1,
        no_master: 1,
      },
    },
  };
}

/** A WAL archive with base backups. */
export const backupFeature: Feature<ClusterSpec> = {
  rules: backupRules,
  contribute,
  warnings: ({ name, backup }) => backup ? [] : [
    `cluster ${name} has no backup: set 'backup' to Backup.to(...), or to Backup.none() if that is meant`,
  ],
};
