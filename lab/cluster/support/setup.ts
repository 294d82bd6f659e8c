import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';

/** jest's first step, before it starts workers: they inherit the name of the list of labs that `teardown.ts` ends. */
export default function setup(): void {
  process.env.SPILO_LABS_STARTED = join(mkdtempSync(join(tmpdir(), 'cdk8s-spilo-')), 'labs');
}
