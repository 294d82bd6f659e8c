import { Kubectl } from './kubectl';
import { Lab, labExists, LabKind } from './lab';
import { SpiloImage } from 'cdk8s-spilo';

/** The cluster that a suite runs against. `lab` is missing where nodes cannot be killed: on a cluster of somebody's. */
export interface Environment {
  readonly kubectl: Kubectl;
  readonly lab?: Lab;
}

/** Is the cluster one of the user's, named by KUBECONFIG? */
export const foreign = Boolean(process.env.KUBECONFIG);

/** The Spilo image under test. In the lab its double answers to this name, too. */
export const IMAGE = process.env.SPILO_IMAGE ?? 'ghcr.io/zalando/spilo-17:4.0-p3';
/** A second name to change to; of the same PostgreSQL major. */
export const OTHER_IMAGE = process.env.SPILO_OTHER_IMAGE ?? (foreign ? undefined : 'ghcr.io/zalando/spilo-15:3.0-p1');
/** What the image holds. The double has one PostgreSQL, whatever it is called, and tolerates being asked for another. */
export const POSTGRES = Number(process.env.SPILO_POSTGRES ?? 15);

/** The image for a program. */
export function image(reference: string = IMAGE): SpiloImage {
  return SpiloImage.of(reference, { postgresVersions: [POSTGRES], patroniVersion: '4.0.4', readOnlyRoot: true, fencing: true });
}

/** The cluster of KUBECONFIG, or else a lab. */
export async function environment(kind: LabKind): Promise<Environment> {
  if (foreign) { return { kubectl: new Kubectl(process.env) }; }
  if (!labExists()) {
    throw new Error('no cluster: set KUBECONFIG (and SPILO_IMAGE), or SPILO_LAB to the path of the lab command');
  }
  const lab = await Lab.start(kind, kind === 'nodes' ? IMAGE : undefined);
  const kubectl = new Kubectl(await lab.environment());
  // It is made when it is first asked for, which may take longer than kubectl waits for it before it applies something.
  await kubectl.run(['get', '--raw', '/openapi/v2'], { seconds: 300 });
  return { kubectl, lab };
}
