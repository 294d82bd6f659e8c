import { Feature } from '../../kernel/feature';
import { programs } from '../../spilo/companions';
import { PGDATA, PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

/** Where Patroni finds its watchdog. */
const PIPE = '/run/fence';
/** What the image starts by itself. */
const SPILO = ['/launch.sh', 'init'];

/** The program that ends PostgreSQL when Patroni is silent. It stands before Patroni starts, and ends with the container. */
export const fencingFeature: Feature<ClusterSpec> = {
  rules: [],
  contribute: spec => {
    const { mode, safetyMargin } = spec.patroni.fencing;
    if (mode !== 'watchdog') { return {}; }
    const { volume, mount } = programs(spec);
    return {
      programs: ['features/patroni/programs/fence.py', 'kit/programs/say.py'],
      volumes: [volume],
      mounts: [mount],
      container: { command: ['/bin/sh', '-c', `python3 ${PROGRAMS}/fence.py ${PIPE} ${PGDATA} && exec "$@"`, 'sh', ...SPILO] },
      configuration: { watchdog: { mode: 'required', driver: 'testing', device: PIPE, safety_margin: safetyMargin } },
    };
  },
};
