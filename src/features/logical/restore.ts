import { Duration } from 'cdk8s';
import { LogicalRestoreSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';
import { Resources, settleResources } from '../../kit/resources';
import { Identity } from '../../spilo/spec';
import { CLIENT_RESOURCES } from '../store/job';
import { ParallelScratchOptions, settleScratch } from '../store/scratch';
import { BackupSource, settleSource } from '../store/source';

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
   * it everything belongs to the superuser, without privileges of others; a dump of `DumpFormat.plain()` needs the roles.
   *
   * @default true
   * @changes at-once
   */
  readonly roles?: boolean;

  /**
   * The backups of another cluster, beside which its dumps are.
   *
   * @default - where `logicalDump` of this cluster writes to, or the store of `backup`
   * @changes at-once
   */
  readonly source?: BackupSource;

  /**
   * PostgreSQL's major version in the path of the store: that of the cluster that made the dump.
   *
   * @default - the version of this cluster
   * @changes at-once
   */
  readonly postgresVersion?: number;

  /**
   * Room for the largest dump of a database. Needed to restore several tables at once, and for dumps of `DumpFormat.directory()`.
   *
   * @default - none: dumps go into the database as they come
   */
  readonly scratch?: ParallelScratchOptions;

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
  readonly resources?: Resources;
}

/** The restore with every default. */
export function settleLogicalRestore(
  options: LogicalRestoreOptions | undefined, facts: Identity & { readonly postgresVersion: number },
): LogicalRestoreSpec | undefined {
  if (!options) { return undefined; }
  const {
    dump, databases, roles = true, source, postgresVersion = facts.postgresVersion, scratch, deadline = Duration.hours(6), resources,
  } = options;
  return onlyDefined({
    dump,
    databases: databases?.map(({ name, newName = name }) => ({ name, newName })),
    roles,
    parallelJobs: scratch?.parallelJobs ?? 1,
    scratch: scratch && settleScratch(scratch),
    source: source && settleSource(source, { ...facts, postgresVersion }),
    postgresVersion,
    deadline: seconds(deadline),
    resources: settleResources(resources, CLIENT_RESOURCES),
  });
}
