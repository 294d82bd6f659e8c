import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

export const ROOT = join(__dirname, '../..');
const EXAMPLES = join(ROOT, 'examples');

/** Files by name, with their text. */
export interface Files { readonly [name: string]: string }

/** Every folder in `examples/`. */
export const EXAMPLE_NAMES = readdirSync(EXAMPLES, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => name);

/** The output of an example that is pinned in git. */
export function pinned(name: string): Files {
  return filesIn(join(EXAMPLES, name, 'dist'));
}

/** What an example writes and prints, run here and now, as if it wrote to its folder. Each example runs once in a test file. */
export function runExample(name: string): { readonly files: Files; readonly printed: string } {
  return inTemporaryFolder(outdir => {
    const print = jest.spyOn(console, 'log').mockReturnValue();
    const warn = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    process.env.CDK8S_OUTDIR = outdir;
    try {
      jest.requireActual(join(EXAMPLES, name, 'main.ts'));
      const printed = print.mock.calls.flat().join('\n').replaceAll(relative(process.cwd(), outdir), 'dist').replaceAll(outdir, 'dist');
      return { files: filesIn(outdir), printed };
    } finally {
      delete process.env.CDK8S_OUTDIR;
      print.mockRestore();
      warn.mockRestore();
    }
  });
}

/** Does something with a folder that goes afterwards. */
export function inTemporaryFolder<T>(action: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-spilo-'));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files of a folder. */
export function filesIn(folder: string): Files {
  return Object.fromEntries(readdirSync(folder).sort().map(file => [file, readFileSync(join(folder, file), 'utf8')]));
}
