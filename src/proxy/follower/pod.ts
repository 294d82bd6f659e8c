import { k8s } from 'cdk8s-plus-27';
import { followerContainers, followerProgram } from './following';
import { OUTPUT_MOUNT } from './settle';
import { FollowerSpec } from './spec';
import { Manifest } from '../../kernel/contribution';
import { listed } from '../../kernel/data';
import { resourceRequirements } from '../../kernel/quantity';
import { configMap } from '../../kit/objects';
import { RESTRICTED } from '../../kit/pod';
import { openService, tcpPort } from '../../kit/service';
import { limitsCpu, proxyLabels, proxyObjects, proxySelector, ProxyWorkload } from '../common/workload';

const APPLICATION = 'patroni-follower';
const OUTPUT: k8s.VolumeMount = { name: 'configuration', mountPath: OUTPUT_MOUNT };

const programName = ({ name }: FollowerSpec) => `${name}-follower`;
const templatesName = ({ name }: FollowerSpec) => `${name}-templates`;

/** Name of the Service of a port. */
export const portService = ({ name }: FollowerSpec, port: string) => `${name}-${port}`;

/** Names of all objects. */
export function objectNames(spec: FollowerSpec): string[] {
  return [spec.name, programName(spec), templatesName(spec), ...spec.ports.map(({ name }) => portService(spec, name))];
}

/** The user's container, with what it lacks. */
function proxyContainer({ proxy, imagePullPolicy, resources, ports }: FollowerSpec): k8s.Container {
  return {
    imagePullPolicy,
    resources: resourceRequirements(resources),
    securityContext: RESTRICTED,
    ...ports.length === 0 ? {} : { readinessProbe: { tcpSocket: { port: k8s.IntOrString.fromNumber(ports[0].containerPort) }, periodSeconds: 2 } },
    ports: ports.map(({ name, containerPort }) => ({ name, containerPort, protocol: 'TCP' })),
    ...proxy,
    env: [...listed<k8s.EnvVar>(proxy?.env)],
    volumeMounts: [OUTPUT, { name: 'tmp', mountPath: '/tmp' }, ...listed<k8s.VolumeMount>(proxy?.volumeMounts)],
  };
}

/** The pod. */
export function followerWorkload(spec: FollowerSpec): ProxyWorkload {
  const { init, sidecar, volumes } = followerContainers(spec.following, {
    programConfigMap: programName(spec),
    templatesConfigMap: templatesName(spec),
    output: OUTPUT,
    imagePullPolicy: spec.imagePullPolicy,
    limitsCpu: limitsCpu(spec),
  });
  return {
    application: APPLICATION,
    uid: spec.uid,
    gid: spec.uid,
    initContainers: [init],
    containers: [proxyContainer(spec), sidecar],
    volumes: [...volumes, { name: 'configuration', emptyDir: { medium: 'Memory' } }, { name: 'tmp', emptyDir: {} }],
    // Templates are not among them: the follower reads them again by itself.
    configMaps: ['Program'],
    shareProcessNamespace: true,
  };
}

/** All objects of a proxy with a follower. */
export function followerManifests(spec: FollowerSpec): Manifest[] {
  const labels = proxyLabels(APPLICATION, spec.name);
  const templates = Object.fromEntries(spec.following.files.map(({ template }, index) => [template, spec.templates[index].template]));
  return [
    configMap('Program', programName(spec), labels, followerProgram()),
    configMap('Templates', templatesName(spec), labels, templates),
    ...spec.ports.map(({ name, port, containerPort, service }) =>
      openService(`Service-${name}`, portService(spec, name), labels, service, tcpPort(name, port, containerPort), proxySelector(APPLICATION, spec.name))),
    ...proxyObjects(spec, followerWorkload(spec)),
  ];
}
