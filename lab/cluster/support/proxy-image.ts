import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { exec } from './exec';
import { Lab } from './lab';
import { components, versionOf } from '../../proxy/support/run';
import { ContainerImage } from 'cdk8s-spilo';

/** The images of the proxies, with what is in them. */
export interface ProxyImages {
  readonly haproxy?: ContainerImage;
  readonly pgbouncer?: ContainerImage;
}

/** Applets of busybox that hooks of the proxies call. */
const APPLETS = ['sh', 'sleep', 'pidof'];

/** Puts an image with the programs of `npm run test:proxy` into every node of the lab. Elsewhere the defaults are pulled. */
export async function proxyImages(lab: Lab | undefined): Promise<ProxyImages> {
  if (!lab) { return {}; }
  const { haproxy, pgbouncer } = components();
  const image = 'lab.local/proxies:1';
  const work = mkdtempSync(join(tmpdir(), 'proxy-image-'));
  try {
    await fill(join(work, 'root'), [haproxy, pgbouncer]);
    await lab.loadDirectory(join(work, 'root'), image, join(work, 'image.tar'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const of = (version: string) => ContainerImage.of(image, { version });
  return { haproxy: of(versionOf(haproxy, '-v')), pgbouncer: of(versionOf(pgbouncer, '--version')) };
}

/** A root file system with programs, the libraries that they need, and nothing else. */
async function fill(root: string, programs: readonly string[]): Promise<void> {
  for (const directory of ['bin', 'usr/local/bin', 'tmp', 'run', 'var']) { mkdirSync(join(root, directory), { recursive: true }); }
  symlinkSync('../run', join(root, 'var/run'));
  const { stdout } = await exec('sh', ['-c', 'command -v busybox']);
  cpSync(stdout.trim(), join(root, 'bin/busybox'), { dereference: true });
  for (const applet of APPLETS) { symlinkSync('busybox', join(root, 'bin', applet)); }
  for (const program of programs) {
    cpSync(program, join(root, 'usr/local/bin', program.split('/').pop()!), { dereference: true });
    // HAProxy loads the last one by itself.
    const libraries = [...(await exec('ldd', [program])).stdout.match(/\/lib\S+/g) ?? [], '/lib/x86_64-linux-gnu/libgcc_s.so.1'];
    for (const library of libraries.filter(path => !existsSync(join(root, path)))) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      cpSync(library, join(root, library), { dereference: true });
    }
  }
}
