import { RecoveryTargetSpec } from './spec';
import { JsonMap } from '../../kernel/contribution';

/** Arguments of the program that chooses the base backup, and PostgreSQL's settings. */
export interface Recovery { readonly choice: readonly string[]; readonly conf: JsonMap }

/** What a target means to the program and to PostgreSQL. */
export function recovery({ kind, value, baseBackup, timeline, pause, inclusive }: RecoveryTargetSpec): Recovery {
  const target = value !== undefined && kind === 'time' ? numericZone(value) : value;
  const choices: { readonly [kind in RecoveryTargetSpec['kind']]: readonly string[] } = {
    latest: [], time: [`--time=${target}`], lsn: [`--lsn=${target}`], restorePoint: [`--backup=${baseBackup}`],
  };
  const settings = { latest: '', time: 'recovery_target_time', lsn: 'recovery_target_lsn', restorePoint: 'recovery_target_name' };
  return {
    choice: [...choices[kind], ...timeline === undefined ? [] : [`--timeline=${timeline}`]],
    conf: {
      recovery_target_timeline: timeline === undefined ? 'latest' : String(timeline),
      recovery_target_action: pause ? 'pause' : 'promote',
      ...target === undefined ? {} : { [settings[kind]]: target },
      ...inclusive === undefined ? {} : { recovery_target_inclusive: String(inclusive) },
    },
  };
}

/**
 * A time with its zone as `+01:00`. PostgreSQL reads names of zones, and `Z` is one, only after it has read all of its
 * configuration: a target with one is an invalid value at the start of a server.
 */
function numericZone(time: string): string {
  return time.replace(' ', 'T').replace(/Z$/, '+00:00').replace(/([+-]\d\d)(\d\d)$/, '$1:$2').replace(/(:\d\d(?:\.\d+)?[+-]\d\d)$/, '$1:00');
}
