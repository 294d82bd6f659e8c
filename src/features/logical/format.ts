import { LogicalDumpSpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { ParallelScratchOptions, settleScratch } from '../store/scratch';

type DumpFormatData = { readonly kind: 'custom' | 'plain' } | { readonly kind: 'directory'; readonly scratch: ParallelScratchOptions };

/**
 * How a database is written.
 */
export class DumpFormat {
  /** One file for `pg_restore`, from which parts can be restored. It goes into the store as it comes. */
  public static custom(): DumpFormat {
    return new DumpFormat({ kind: 'custom' });
  }

  /** SQL, readable by people and by `psql`. */
  public static plain(): DumpFormat {
    return new DumpFormat({ kind: 'plain' });
  }

  /**
   * A directory, for which several tables can be dumped at once.
   *
   * @param scratch room for the largest database as a compressed directory, before it goes into the store.
   */
  public static directory(scratch: ParallelScratchOptions): DumpFormat {
    return new DumpFormat({ kind: 'directory', scratch: copied(scratch) });
  }

  /** @internal */
  private constructor(public readonly _data: DumpFormatData) {}
}

/** The format with its defaults. */
export function settleFormat(format: DumpFormat | undefined): Pick<LogicalDumpSpec, 'format' | 'parallelJobs' | 'scratch'> {
  const { _data: data } = format ?? DumpFormat.custom();
  if (data.kind !== 'directory') { return { format: data.kind, parallelJobs: 1 }; }
  return onlyDefined({ format: data.kind, parallelJobs: data.scratch.parallelJobs ?? 1, scratch: settleScratch(data.scratch) });
}
