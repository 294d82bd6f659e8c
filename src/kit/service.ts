import { k8s } from 'cdk8s-plus-27';
import { ServiceSpec } from './service-options';
import { Manifest, Texts } from '../kernel/contribution';

/** A Service for one port, open as far as the user says. */
export function openService(id: string, name: string, labels: Texts, spec: ServiceSpec, port: k8s.ServicePort, selector?: Texts): Manifest {
  const { type, nodePort, annotations } = spec;
  return service(id, name, { ...spec.labels, ...labels }, {
    type,
    selector: selector && { ...selector },
    ports: [{ ...port, nodePort }],
    loadBalancerSourceRanges: spec.loadBalancerSourceRanges && [...spec.loadBalancerSourceRanges],
    loadBalancerClass: spec.loadBalancerClass,
    externalTrafficPolicy: spec.externalTrafficPolicy,
    ipFamilies: spec.ipFamilies && [...spec.ipFamilies],
    ipFamilyPolicy: spec.ipFamilyPolicy,
  }, annotations);
}

/**
 * A Service that only gives names: to pods, also to those that are not ready, which find each other by them while they
 * start; or, without selector and ports, to an Endpoints object.
 */
export function headlessService(id: string, name: string, labels: Texts, pods?: { selector: Texts; ports: k8s.ServicePort[] }): Manifest {
  return service(id, name, labels, {
    clusterIp: 'None', ...pods ? { publishNotReadyAddresses: true, selector: { ...pods.selector }, ports: pods.ports } : {},
  });
}

/** A port of a Service over TCP. */
export function tcpPort(name: string, port: number, targetPort: number | string = port): k8s.ServicePort {
  const target = typeof targetPort === 'number' ? k8s.IntOrString.fromNumber(targetPort) : k8s.IntOrString.fromString(targetPort);
  return { name, port, targetPort: target, protocol: 'TCP' };
}

function service(id: string, name: string, labels: Texts, spec: k8s.ServiceSpec, annotations?: Texts): Manifest {
  return { id, apiVersion: 'v1', kind: 'Service', name, labels, annotations, body: { spec: k8s.toJson_ServiceSpec(spec) } };
}
