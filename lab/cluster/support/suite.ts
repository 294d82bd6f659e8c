import { Environment, environment } from './environment';
import { LabKind } from './lab';

/** Whether there is time for what need not run before each merge: CI has half an hour for all, unless `CI_SUITES` is `all`. */
export const inDepth = process.env.CI === undefined || process.env.CI_SUITES === 'all';

/**
 * A namespace of its own for the suite that calls this, on the suite's cluster. It is removed at the end, unless a test has
 * failed and SPILO_LAB_KEEP asks to keep it.
 */
export function inNamespace(name: string, kind: LabKind): () => Environment {
  let here: Environment | undefined;
  beforeAll(async () => {
    const { kubectl, lab } = await environment(kind);
    here = { kubectl: kubectl.in(`spilo-test-${name}`), lab };
    await here.kubectl.freshNamespace();
  });
  afterAll(async () => {
    if (!process.env.SPILO_LAB_KEEP) { await here?.kubectl.removeNamespace(false); }
  });
  return () => here!;
}
