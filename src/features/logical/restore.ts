import { Duration, Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-27';
import { restoreObjects, SMALL_CLIENT } from './jobs';
import { restoreRules } from './rules';
import { foreignRestoreUse, restoreUse } from './stores';
import { Contribution } from '../../kernel/contribution';
import { Feature, FeatureContext } from '../../kernel/feature';
import { quantity } from '../../kernel/quantity';
import { CloneSource } from '../bootstrap/bootstrap';

/**
 * One database of a dump.
 */
export interface RestoredDatabase {
  /**
   * Its name in the dump.
   *
   * @changes at-once
   */
  readonly name: string;

  /**
   * Its name in this cluster. Not `postgres`, into which Spilo puts things of its own.
   *
   * @default - the name in the dump
   * @changes at-once
   */
  readonly newName?: string;
}

/**
 * Restores databases from a logical dump, by a Job `<cluster>-logical-restore-<hash of all settings>`.
 *
 * It waits until the leader accepts writes. It restores into databases that do not exist, which it makes, or that are empty;
 * if one of them holds anything else it says so, fails and touches nothing. What it has restored before it leaves alone, so that
 * applying the same program again, or a changed one, harms nobody.
 */
export interface LogicalRestoreOptions {
  /**
   * Id of the dump, as the dump reported it: `20261121T030000Z`.
   *
   * @default - the newest whole one
   * @changes at-once
   */
  readonly dump?: string;

  /**
   * Which databases, and their names here.
   *
   * @default - all of the dump but postgres, under their names
   * @changes at-once
   */
  readonly databases?: RestoredDatabase[];

  /**
   * Whether roles that the cluster lacks are made, with their passwords and memberships. Roles that it has stay as they are. Without
   * it everything belongs to the superuser, without privileges of others; a dump of `DumpFormat.PLAIN` needs the roles.
   *
   * @default true
   * @changes at-once
   */
  readonly roles?: boolean;

  /**
   * How many tables are restored at once. More than one needs `scratch`.
   *
   * @default 1
   * @changes at-once
   */
  readonly parallelJobs?: number;

  /**
   * The backups of another cluster, beside which its dumps are: `CloneSource.backups()`.
   *
   * @default - where `logicalDump` of this cluster writes to, or the store of `backup`
   * @changes at-once
   */
  readonly source?: CloneSource;

  /**
   * PostgreSQL's major version in the path of the store: that of the cluster that made the dump.
   *
   * @default - the version of this cluster
   * @changes at-once
   */
  readonly postgresVersion?: number;

  /**
   * Room for the largest dump of a database. Needed for `parallelJobs`, and for dumps of `DumpFormat.DIRECTORY`.
   *
   * @default - none: dumps go into the database as they come
   * @changes at-once
   */
  readonly scratch?: Size;

  /**
   * Storage class of a volume that lives as long as the Job.
   *
   * @default - an emptyDir on the node's disk
   * @changes at-once
   */
  readonly scratchStorageClassName?: string;

  /**
   * How long the Job waits for a leader, and after how much time it is ended and counts as failed.
   *
   * @default Duration.hours(6)
   * @changes at-once
   */
  readonly deadline?: Duration;

  /**
   * CPU and memory of the restore.
   *
   * @default - 100 millicores and 256 MiB requested, limit of 1 GiB memory
   * @changes at-once
   */
  readonly resources?: ContainerResources;
}

function contribute(context: FeatureContext): Contribution {
  const { props: { logicalRestore: options, credentials }, names } = context;
  const use = restoreUse(context);
  if (!options || !use) { return {}; }
  const {
    dump, databases, roles = true, parallelJobs = 1, scratch, scratchStorageClassName, deadline = Duration.hours(6), resources = SMALL_CLIENT,
  } = options;
  return {
    render: [model => restoreObjects(model, use, credentials._resolve(names.cluster), {
      scratch: scratch && { size: quantity(scratch), storageClassName: scratchStorageClassName },
      // Some time for the report, after the wait for a leader has used up its own.
      deadlineSeconds: deadline.toSeconds() + 300,
      resources,
      task: {
        host: names.leaderService,
        dump,
        databases: databases?.map(({ name, newName = name }) => ({ name, new_name: newName })),
        roles,
        jobs: parallelJobs,
        deadline: deadline.toSeconds(),
      },
    })],
  };
}

export const logicalRestoreFeature: Feature = { rules: restoreRules, contribute, store: foreignRestoreUse };
