import { k8s, ServiceType } from 'cdk8s-plus-27';
import { ServiceOptions } from './service-options';
import { Manifest } from '../kernel/contribution';
import { ClusterLabels, Labels } from '../spilo/labels';
import { PATRONI_PORT, PATRONI_PORT_NAME, POSTGRES_PORT, POSTGRES_PORT_NAME } from '../spilo/paths';

const postgresPort: k8s.ServicePort = {
  name: POSTGRES_PORT_NAME, port: POSTGRES_PORT, targetPort: k8s.IntOrString.fromNumber(POSTGRES_PORT), protocol: 'TCP',
};

/** A Service for PostgreSQL's port. Without a selector Kubernetes leaves its Endpoints to Patroni. */
export function postgresService(
  id: string,
  name: string,
  labels: ClusterLabels,
  options: ServiceOptions = {},
  selector?: Labels,
  port = POSTGRES_PORT,
): Manifest {
  return openService(id, name, labels.metadata, options, { ...postgresPort, port }, selector);
}

/** A Service for one port, open as far as the user says. */
export function openService(
  id: string,
  name: string,
  labels: Labels,
  options: ServiceOptions,
  port: k8s.ServicePort,
  selector?: Labels,
): Manifest {
  const { type = ServiceType.CLUSTER_IP, nodePort, annotations } = options;
  return service(id, name, { ...options.labels, ...labels }, {
    type,
    selector: selector && { ...selector },
    ports: [{ ...port, nodePort }],
    loadBalancerSourceRanges: options.loadBalancerSourceRanges,
    loadBalancerClass: options.loadBalancerClass,
    externalTrafficPolicy: options.externalTrafficPolicy,
    ipFamilies: options.ipFamilies,
    ipFamilyPolicy: options.ipFamilyPolicy,
  }, annotations);
}

/**
 * The governing Service: DNS names for all members. Also for those that are not ready, since members find each other by
 * it while they start, and a proxy must not lose a member's address over one failed probe.
 */
export function podsService(id: string, name: string, labels: ClusterLabels): Manifest {
  return service(id, name, labels.metadata, {
    clusterIp: 'None',
    publishNotReadyAddresses: true,
    selector: { ...labels.members },
    ports: [postgresPort, { name: PATRONI_PORT_NAME, port: PATRONI_PORT, targetPort: k8s.IntOrString.fromNumber(PATRONI_PORT), protocol: 'TCP' }],
  });
}

/**
 * A Service that only stands for Patroni's Endpoints object of its name. Kubernetes deletes an Endpoints object without
 * Service when its controller manager restarts (patroni#958, spilo#657): the cluster would lose its configuration.
 */
export function anchorService(id: string, name: string, labels: ClusterLabels): Manifest {
  return service(id, name, labels.metadata, { clusterIp: 'None' });
}

function service(id: string, name: string, labels: Labels, spec: k8s.ServiceSpec, annotations?: { [key: string]: string }): Manifest {
  return { id, apiVersion: 'v1', kind: 'Service', name, labels, annotations, body: { spec: k8s.toJson_ServiceSpec(spec) } };
}
