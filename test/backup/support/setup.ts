import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { POSTGRES, TOOLS, WALG } from './tools';

export default function setup(): void {
  if (!existsSync(join(POSTGRES, 'initdb'))) { throw new Error(`no PostgreSQL 15 in ${POSTGRES}: apt-get install postgresql-15, or set POSTGRES_BIN`); }
  execFileSync('bash', [join(__dirname, 'install.sh'), TOOLS], { stdio: 'inherit' });
  say();
}

/** What did not run must not look as if it had passed. */
export function say(): void {
  if (WALG?.real) { return; }
  const line = '#'.repeat(100);
  const text = WALG
    ? 'NO REAL wal-g: only the file store runs, with a stand-in. S3, Azure, SSH and the drill are SKIPPED. Set WALG.'
    : 'NO wal-g AND NO STAND-IN: every backup suite is SKIPPED, nothing about backups is proven. Set WALG.';
  process.stderr.write(`\n${line}\n${text}\n${line}\n\n`);
}
