import { execFileSync } from 'child_process';
import { existsSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';
import { foreign } from './environment';

/** Whether the image of the lab has wal-g itself. Its stand-in knows a store in a directory, and neither positions nor gaps of WAL. */
export const HAS_WALG = foreign || !contract().includes('stand-in');

/** What the double of the Spilo image says about itself. */
function contract(): string {
  const cache = process.env.LAB_HOME ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'spilo-lab');
  const archive = process.env.SPILO_IMAGE_ARCHIVE ?? join(cache, 'images/spilo-contract.tar');
  if (!existsSync(archive)) { return 'stand-in'; }
  return execFileSync('bash', ['-c', 'tar -xOf "$0" layer.tar | tar -xO ./etc/spilo-contract', archive], { encoding: 'utf8' });
}

/** What did not run must not look as if it had passed. */
export function sayWhatIsMissing(): void {
  if (HAS_WALG) { return; }
  const line = '#'.repeat(100);
  process.stderr.write(`\n${line}\nNO REAL wal-g IN THE IMAGE: S3, the restore drill and a replica from the store are SKIPPED with pods. `
    + `Build it with WALG_BINARY.\n${line}\n\n`);
}
