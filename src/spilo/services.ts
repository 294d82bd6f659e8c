import { ClusterLabels, Labels } from './labels';
import { PATRONI_PORT, PATRONI_PORT_NAME, POSTGRES_PORT, POSTGRES_PORT_NAME } from './paths';
import { Manifest } from '../kernel/contribution';
import { headlessService, openService, tcpPort } from '../kit/service';
import { ServiceSpec } from '../kit/service-options';

/** A Service for PostgreSQL's port. Without a selector Kubernetes leaves its Endpoints to Patroni. */
export function postgresService(
  id: string, name: string, labels: ClusterLabels, spec: ServiceSpec, selector?: Labels, port = POSTGRES_PORT,
): Manifest {
  return openService(id, name, labels.metadata, spec, tcpPort(POSTGRES_PORT_NAME, port, POSTGRES_PORT), selector);
}

/**
 * The governing Service: DNS names for all members. Also for those that are not ready, since members find each other by
 * it while they start, and a proxy must not lose a member's address over one failed probe.
 */
export function podsService(id: string, name: string, labels: ClusterLabels): Manifest {
  return headlessService(id, name, labels.metadata, {
    selector: labels.members, ports: [tcpPort(POSTGRES_PORT_NAME, POSTGRES_PORT), tcpPort(PATRONI_PORT_NAME, PATRONI_PORT)],
  });
}

/**
 * A Service that only stands for Patroni's Endpoints object of its name. Kubernetes deletes an Endpoints object without
 * Service when its controller manager restarts (patroni#958, spilo#657): the cluster would lose its configuration.
 */
export function anchorService(id: string, name: string, labels: ClusterLabels): Manifest {
  return headlessService(id, name, labels.metadata);
}
