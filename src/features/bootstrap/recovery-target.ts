import { RecoveryTargetSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';

/**
 * The timeline that a recovery follows, and what happens at the target.
 */
export interface RecoveryOptions {
  /**
   * Number of the timeline to follow. Each promotion begins a new one.
   *
   * @default - the latest that branched off
   * @changes bootstrap
   */
  readonly timeline?: number;

  /**
   * Whether recovery only pauses at the target: the database can be read, to see whether it is the right moment, and
   * `SELECT pg_wal_replay_resume()` ends the recovery. Until then there is no leader.
   *
   * @default false
   * @changes bootstrap
   */
  readonly pause?: boolean;
}

/**
 * The same for targets that are a point in WAL.
 */
export interface RecoveryPointOptions extends RecoveryOptions {
  /**
   * Whether a transaction that committed exactly at the target is part of the result.
   *
   * @default true
   * @changes bootstrap
   */
  readonly inclusive?: boolean;
}

type RecoveryTargetData =
  | { readonly kind: 'latest'; readonly timeline?: number }
  | { readonly kind: 'time'; readonly time: string; readonly options?: RecoveryPointOptions }
  | { readonly kind: 'restorePoint'; readonly name: string; readonly baseBackup: string; readonly options?: RecoveryOptions }
  | { readonly kind: 'lsn'; readonly lsn: string; readonly options?: RecoveryPointOptions };

/**
 * Up to where WAL is replayed.
 */
export class RecoveryTarget {
  /**
   * All WAL that the source archived.
   *
   * @param timeline number of the timeline to follow; the latest if not given.
   */
  public static latest(timeline?: number): RecoveryTarget {
    return new RecoveryTarget({ kind: 'latest', timeline });
  }

  /**
   * A moment. PostgreSQL gives up if nothing was committed after it: recover to the latest then.
   *
   * @param time date, time and zone: `2026-11-21T09:30:00Z`, `2026-11-21T10:30:00+01:00`.
   * @param options timeline, what happens at the target.
   */
  public static time(time: string, options: RecoveryPointOptions = {}): RecoveryTarget {
    return new RecoveryTarget({ kind: 'time', time, options: copied(options) });
  }

  /**
   * A restore point that `SELECT pg_create_restore_point('before-import')` made.
   *
   * @param name name of the restore point.
   * @param baseBackup name of a base backup that was complete before it, as `wal-g backup-list` shows it: names have no
   * time, so that nobody else can choose.
   * @param options timeline, what happens at the target.
   */
  public static restorePoint(name: string, baseBackup: string, options: RecoveryOptions = {}): RecoveryTarget {
    return new RecoveryTarget({ kind: 'restorePoint', name, baseBackup, options: copied(options) });
  }

  /**
   * A position in WAL, as `SELECT pg_current_wal_lsn()` shows it.
   *
   * @param lsn position: `0/3000060`.
   * @param options timeline, what happens at the target.
   */
  public static lsn(lsn: string, options: RecoveryPointOptions = {}): RecoveryTarget {
    return new RecoveryTarget({ kind: 'lsn', lsn, options: copied(options) });
  }

  /** @internal */
  private constructor(public readonly _data: RecoveryTargetData) {}
}

/** The target with its defaults. Whether it is inclusive is left to PostgreSQL where nobody says so. */
export function settleTarget(target: RecoveryTarget | undefined): RecoveryTargetSpec {
  const { _data: data } = target ?? RecoveryTarget.latest();
  if (data.kind === 'latest') { return onlyDefined({ kind: 'latest', timeline: data.timeline, pause: false }); }
  const { timeline, pause = false, inclusive }: RecoveryPointOptions = data.options ?? {};
  const common = { timeline, pause, inclusive };
  switch (data.kind) {
    case 'time': return onlyDefined({ kind: 'time', value: data.time, ...common });
    case 'lsn': return onlyDefined({ kind: 'lsn', value: data.lsn, ...common });
    case 'restorePoint': return onlyDefined({ kind: 'restorePoint', value: data.name, baseBackup: data.baseBackup, ...common });
  }
}
