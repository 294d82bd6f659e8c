import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IS_ROOT, POSTGRES, TOOLS, WALG } from './tools';

export default function setup(): void {
  if (!existsSync(join(POSTGRES, 'initdb'))) { throw new Error(`no PostgreSQL 15 in ${POSTGRES}: apt-get install postgresql-15, or set POSTGRES_BIN`); }
  execFileSync('bash', [join(__dirname, 'install.sh'), TOOLS], { stdio: 'inherit' });
  say();
}

/** What did not run must not look as if it had passed. */
export function say(): void {
  const text = missing();
  if (!text) { return; }
  const line = '#'.repeat(100);
  process.stderr.write(`\n${line}\n${text}\n${line}\n\n`);
}

function missing(): string | undefined {
  if (!WALG) { return 'NO wal-g AND NO STAND-IN: every backup suite is SKIPPED, nothing about backups is proven. Set WALG.'; }
  if (!WALG.real) {
    return 'NO REAL wal-g: only the volume store runs, with a stand-in. S3, Azure, SSH, faults, clones and standbys\n'
      + 'of other kinds, the drill and the commands of the guides are SKIPPED. Set WALG.';
  }
  return IS_ROOT ? undefined : 'NOT ROOT: what happens on a full volume is SKIPPED.';
}
