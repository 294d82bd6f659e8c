import { Outcome, runJob } from './job';
import { World } from './world';
import { Rendered } from '../../../test/support/render';

/** Runs the container of the drill's CronJob once, as rendered. */
export function drill(world: World, rendered: Rendered): Promise<Outcome> {
  return runJob(world, rendered, 'CronJob', 'orders-restore-drill');
}
