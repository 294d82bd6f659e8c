import { JsonMap } from '../../kernel/contribution';

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
    return new RecoveryTarget('latest', undefined, { timeline });
  }

  /**
   * A moment. PostgreSQL gives up if nothing was committed after it: recover to the latest then.
   *
   * @param time date, time and zone: `2026-11-21T09:30:00Z`, `2026-11-21T10:30:00+01:00`.
   * @param options timeline, what happens at the target.
   */
  public static time(time: string, options: RecoveryPointOptions = {}): RecoveryTarget {
    return new RecoveryTarget('time', time, options);
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
    return new RecoveryTarget('name', name, options, baseBackup);
  }

  /**
   * A position in WAL, as `SELECT pg_current_wal_lsn()` shows it.
   *
   * @param lsn position: `0/3000060`.
   * @param options timeline, what happens at the target.
   */
  public static lsn(lsn: string, options: RecoveryPointOptions = {}): RecoveryTarget {
    return new RecoveryTarget('lsn', lsn, options);
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'latest' | 'time' | 'name' | 'lsn',
    /** @internal */
    public readonly _value: string | undefined,
    /** @internal */
    public readonly _options: RecoveryPointOptions,
    /** @internal */
    public readonly _baseBackup?: string,
  ) {}

  /**
   * Arguments of the program that chooses the base backup, and PostgreSQL's settings.
   *
   * @internal
   */
  public _settle(): { argument: string[]; conf: JsonMap } {
    const { timeline, pause, inclusive } = this._options;
    const value = this._kind === 'time' ? numericZone(this._value!) : this._value;
    const argument: { [kind: string]: string[] } = {
      time: [`--time=${value}`], lsn: [`--lsn=${this._value}`], name: [`--backup=${this._baseBackup}`],
    };
    return {
      argument: argument[this._kind] ?? [],
      conf: {
        recovery_target_timeline: timeline === undefined ? 'latest' : String(timeline),
        recovery_target_action: pause ? 'pause' : 'promote',
        ...(value === undefined ? {} : { [`recovery_target_${this._kind}`]: value }),
        ...(inclusive === undefined ? {} : { recovery_target_inclusive: String(inclusive) }),
      },
    };
  }
}

/**
 * A time with its zone as `+01:00`. PostgreSQL reads names of zones, and `Z` is one, only after it has read all of its
 * configuration: a target with one is an invalid value at the start of a server.
 */
function numericZone(time: string): string {
  return time.replace(' ', 'T').replace(/Z$/, '+00:00').replace(/([+-]\d\d)(\d\d)$/, '$1:$2').replace(/(:\d\d(?:\.\d+)?[+-]\d\d)$/, '$1:00');
}
