import { Cron, Duration } from 'cdk8s';
import { BackupStore } from './backup-store';
import { Contribution, JsonMap } from './private/contribution';
import { isCron } from './private/cron';
import { Feature, FeatureContext } from './private/feature';
import { PGDATA, POSTGRES_PORT } from './private/paths';
import { Rule, valueRule } from './private/rules';
import { ENVDIR, Store } from './private/store';
import { isOneLine, isWholeNumber } from './private/syntax';
import { volumeStoreRules } from './volume-store';

/**
 * When and how a cluster is backed up.
 */
export interface BackupOptions {
  /**
   * When base backups are made, in the time zone of the container, UTC.
   *
   * @default - every night at one
   * @changes rollout
   */
  readonly schedule?: Cron;

  /**
   * How many base backups are kept at least, and for how many days at least: a backup goes when it is older than this
   * many days and this many younger ones exist. WAL that no kept backup needs goes with it.
   *
   * @default 5
   * @changes rollout
   */
  readonly retain?: number;

  /**
   * After how much time a WAL segment that is not full is archived: how much of a quiet database can be lost with all
   * its members.
   *
   * @default Duration.minutes(5)
   * @changes rollout
   */
  readonly archiveTimeout?: Duration;

  /**
   * Settings of wal-g that have no property here, unchecked: `WALG_DELTA_MAX_STEPS`, `WALG_COMPRESSION_METHOD`.
   *
   * @default - none
   * @changes rollout
   */
  readonly uncheckedWalgSettings?: { [name: string]: string };
}

/**
 * A WAL archive with base backups, in a store.
 *
 * Every WAL segment is archived, a first base backup is made as soon as there is a leader, further ones by schedule, and
 * new replicas are made from the store where that is faster than copying the leader.
 */
export class Backup {
  /**
   * Backups to a store.
   *
   * @param store where to.
   * @param options when and how.
   */
  public static to(store: BackupStore, options: BackupOptions = {}): Backup {
    return new Backup(store, options);
  }

  /** @internal */
  public readonly _store: Store;
  private readonly options: BackupOptions;

  private constructor(store: BackupStore, options: BackupOptions) {
    this._store = store._store;
    this.options = options;
  }

  /** @internal */
  public _settle(): SettledBackup {
    const { schedule = Cron.schedule({ minute: '0', hour: '1' }), retain = 5, archiveTimeout = Duration.minutes(5) } = this.options;
    return {
      schedule: schedule.expressionString,
      retain,
      archiveSeconds: archiveTimeout.toMilliseconds() / 1000,
      walgSettings: this.options.uncheckedWalgSettings ?? {},
    };
  }

  /** @internal */
  public _contribute(context: FeatureContext): Contribution {
    const { settings, secrets = [], contribution = {} } = this._store.bind(context);
    const name = context.names.suffixed('walg');
    return {
      ...contribution,
      crontab: crontab(this._settle()),
      configuration: configuration(this._settle()),
      volumes: [
        ...contribution.volumes ?? [],
        // One directory of ConfigMap and Secrets: a rotated credential counts for the next segment, without a restart.
        { name: 'walg', projected: { defaultMode: 0o440, sources: [{ configMap: { name } }, ...secrets.map(secret => ({ secret }))] } },
      ],
      mounts: [...contribution.mounts ?? [], { name: 'walg', mountPath: ENVDIR, readOnly: true }],
      objects: [...contribution.objects ?? [], {
        id: 'WalgConfigMap',
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name,
        labels: context.labels.metadata,
        body: { data: { ...envdir(context, this._settle()), ...settings } },
      }],
    };
  }
}

interface SettledBackup {
  readonly schedule: string;
  readonly retain: number;
  readonly archiveSeconds: number;
  readonly walgSettings: { readonly [name: string]: string };
}

/**
 * Files of the envdir. Without the two switches Spilo's scripts call wal-e, which no image of today has. Spilo's script
 * takes one number for both days and count, but from Spilo 3.3 on two.
 */
function envdir({ props, names }: FeatureContext, { retain, walgSettings }: SettledBackup): { [name: string]: string } {
  return {
    USE_WALG_BACKUP: 'true',
    USE_WALG_RESTORE: 'true',
    BACKUP_NUM_TO_RETAIN: String(retain),
    PGHOST: '/var/run/postgresql',
    PGPORT: String(POSTGRES_PORT),
    PGUSER: props.credentials._resolve(names.cluster).superuserName,
    TMPDIR: '/tmp',
    ...walgSettings,
  };
}

/** Once a member has seen a base backup in the store, it asks no more. */
const FIRST_BACKUP = '/tmp/first-backup';

/**
 * The scheduled base backup, and one as soon as there is none; a store that does not answer is asked again a minute later. Spilo's own first backup only happens with the stores
 * that Spilo knows. The scripts themselves end at once on members that are not the leader.
 */
function crontab({ schedule }: SettledBackup): string[] {
  const log = '>>/tmp/backup.log 2>&1';
  const backup = `/scripts/postgres_backup.sh ${PGDATA}`;
  const first = `list=$(wal-g backup-list 2>/dev/null) || exit 1; case $list in *base_*) touch ${FIRST_BACKUP};; *) exec ${backup};; esac`;
  return [
    `${schedule} envdir ${ENVDIR} ${backup} ${log}`,
    `* * * * * test -f ${FIRST_BACKUP} || flock -n ${FIRST_BACKUP}.lock envdir ${ENVDIR} bash -c '${first}' ${log}`,
  ];
}

/** Runs the first of two scripts that exists: Spilo 4.1 renamed those whose names spoke of wal-e. */
function script(newName: string, oldName: string, interpreter: string, zero: string): string {
  return `bash -c 'for s in /scripts/${newName} /scripts/${oldName}; do [ -f $s ] && exec envdir ${ENVDIR} ${interpreter} $s "$@"; done; exit 1' ${zero}`;
}

/**
 * Archive and restore through the envdir. `archive_command` of this document wins over Spilo's, which is `/bin/true` for
 * stores that Spilo does not know: there a backup looks fine and cannot be restored.
 */
function configuration({ archiveSeconds }: SettledBackup): JsonMap {
  return {
    postgresql: {
      parameters: {
        archive_command: `envdir ${ENVDIR} wal-g wal-push "%p"`,
        archive_timeout: `${archiveSeconds}s`,
      },
      recovery_conf: { restore_command: `envdir ${ENVDIR} timeout 0 /scripts/restore_command.sh "%f" "%p"` },
      create_replica_methods: ['wal_g', 'basebackup'],
      wal_g: {
        command: script('walg_restore.sh', 'wale_restore.sh', 'bash', 'wal_g'),
        threshold_megabytes: 102400,
        threshold_backup_size_percentage: 30,
        retries: 2,
        // The same under its names before and since Patroni 4: the store serves a replica also without a leader.
        no_leader: 1,
        no_master: 1,
      },
    },
  };
}

const settled = ({ props }: FeatureContext) => props.backup?._settle();

const rules: Rule<FeatureContext>[] = [
  valueRule('backup-schedule', 'backup.schedule', 'five fields that cron runs: minute, hour, day, month, weekday',
    'cron ignores the whole line: there is never another base backup.',
    context => settled(context)?.schedule, isCron),
  valueRule('backup-retain', 'backup.retain', 'a whole number of at least 2',
    'Spilo keeps 2 whatever smaller number it is told.',
    context => settled(context)?.retain, retain => isWholeNumber(retain, 2)),
  valueRule('backup-archive-timeout', 'backup.archiveTimeout', 'whole seconds, at least 10',
    'Every timeout archives a segment of 16 MiB; 0 would keep a quiet database\'s last changes out of the archive forever.',
    context => settled(context)?.archiveSeconds, seconds => isWholeNumber(seconds, 10)),
  {
    id: 'backup-walg-settings',
    property: 'backup.uncheckedWalgSettings',
    allowed: 'names as WALG_COMPRESSION_METHOD with one-line values; none that the library sets',
    why: 'The directory holds one line for each variable; a second prefix would send WAL elsewhere.',
    find: context => Object.entries(settled(context)?.walgSettings ?? {})
      .filter(([name, value]) => !/^[A-Z][A-Z0-9_]*$/.test(name) || !isOneLine(value) || TAKEN_SETTINGS.test(name))
      .map(([received]) => ({ received })),
  },
  {
    id: 'backup-walg-secret',
    property: 'backup.uncheckedWalgSettings',
    allowed: 'settings that hold no secret; secrets come from a Secret',
    why: 'The settings are rendered, readable by everybody, into a ConfigMap.',
    find: context => Object.keys(settled(context)?.walgSettings ?? {})
      .filter(name => SECRET_SETTINGS.test(name)).map(received => ({ received })),
  },
  ...volumeStoreRules,
];

/** Settings with a property of their own, or that decide where everything goes. */
const TAKEN_SETTINGS = /_PREFIX$|^USE_WALG|^BACKUP_NUM_TO_RETAIN$|^PG(HOST|PORT|USER)$|^TMPDIR$/;

/** Settings whose value is a secret itself, and not the path of a file with one. */
const SECRET_SETTINGS = /(SECRET|KEY|PASSWORD|PASSPHRASE|TOKEN)(_ID)?$/;

export const backupFeature: Feature = {
  rules,
  // Without a store, replicas are copied from the leader; said here so that exactly one feature says it.
  contribute: context => context.props.backup?._contribute(context)
    ?? { configuration: { postgresql: { create_replica_methods: ['basebackup'] } } },
};
