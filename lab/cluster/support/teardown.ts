import { Lab } from './lab';

/** jest's last step: ends the labs of this run. */
export default async function teardown(): Promise<void> {
  await Lab.endAll();
}
