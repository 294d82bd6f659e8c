import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** As root everything runs as the user of PostgreSQL, who may not look into root's home. */
export const IS_ROOT = userInfo().uid === 0;

/** Where installed tools are kept between runs. */
export const TOOLS = process.env.BACKUP_TOOLS ?? (IS_ROOT ? '/var/tmp/cdk8s-spilo' : join(homedir(), '.cache/cdk8s-spilo'));
export const POSTGRES = process.env.POSTGRES_BIN ?? '/usr/lib/postgresql/15/bin';
export const VENV = join(TOOLS, 'venv/bin');
export const AZURITE = join(TOOLS, 'azurite/node_modules/.bin/azurite-blob');
export const SSHD = '/usr/sbin/sshd';

/** Whom everything runs as. */
export const USER: { readonly uid?: number; readonly gid?: number } = IS_ROOT
  ? { uid: Number(execFileSync('id', ['-u', 'postgres'])), gid: Number(execFileSync('id', ['-g', 'postgres'])) }
  : {};
export const USER_NAME = IS_ROOT ? 'postgres' : userInfo().username;

/** The lab's double of wal-g: the file store alone. */
const STANDIN = process.env.WALG_STANDIN ?? resolve(__dirname, '../../../../shared/lab/image/standin/wal-g');

/** wal-g: what `WALG` names, or the PATH has; else the stand-in. */
export const WALG: { readonly path: string; readonly real: boolean } | undefined = findWalg();

function findWalg(): { path: string; real: boolean } | undefined {
  const named = process.env.WALG;
  if (named !== undefined && !executable(named)) { throw new Error(`WALG: ${named} is no program`); }
  const found = named ?? (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'wal-g')).find(executable);
  if (found) { return { path: found, real: true }; }
  return existsSync(STANDIN) ? { path: STANDIN, real: false } : undefined;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Versions of what ran, for the figures. */
export function versions(): string {
  const first = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' }).split('\n')[0].trim().replace(/\s+/g, ' ');
  return [
    first(join(POSTGRES, 'postgres'), '--version'),
    first(join(VENV, 'patroni'), '--version'),
    WALG?.real ? first(WALG.path, '--version') : 'stand-in for wal-g',
  ].join('; ');
}
