import { Manifest } from '../../kernel/contribution';
import { ClusterLabels } from '../../spilo/labels';

/**
 * The Endpoints of the leader Service. Without `subsets`, not even an empty list: each apply of one would take the
 * leader's address away until Patroni's next loop (measured: up to 8 s). Patroni fills it and holds the leader's lock in it.
 */
export function leaderEndpoints(id: string, name: string, labels: ClusterLabels): Manifest {
  return { id, apiVersion: 'v1', kind: 'Endpoints', name, labels: labels.metadata };
}
