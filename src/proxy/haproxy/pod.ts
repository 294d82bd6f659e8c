import { k8s } from 'cdk8s-plus-27';
import { haproxyConfig, METRICS_PORT, READ_PORT, RUN_MOUNT, WRITE_PORT } from './config';
import { HaproxyConfigSpec, HaproxySpec } from './spec';
import { Manifest } from '../../kernel/contribution';
import { resourceRequirements, ResourcesSpec } from '../../kernel/quantity';
import { configMap } from '../../kit/objects';
import { openService, tcpPort } from '../../kit/service';
import { POSTGRES_PORT, POSTGRES_PORT_NAME } from '../../spilo/paths';
import { patroniTlsAccess } from '../common/patroni-tls';
import { proxyLabels, proxyObjects, proxySelector, ProxyWorkload } from '../common/workload';

export const HAPROXY_CONFIG_FILE = 'haproxy.cfg';
const CONFIG_MOUNT = '/usr/local/etc/haproxy';
const APPLICATION = 'haproxy';

/** Until every node has heard that the pod goes, it still gets connections: it goes on taking them that long. */
const LEAVE_SECONDS = 5;

/** When HAProxy cuts the sessions that are left, in seconds: in time for a clean end before the kubelet kills it. */
export function hardStopAfter(gracePeriod: number): number {
  return gracePeriod - LEAVE_SECONDS - 5;
}

/** How a container with HAProxy differs from another one. */
export interface HaproxyContainer {
  readonly imagePullPolicy: string;
  readonly resources: ResourcesSpec;
  /** Whether clients outside the pod use its ports. */
  readonly exposed: boolean;
}

/** A container with HAProxy. */
export function haproxyContainer(
  { image, readOnly, patroniTls }: HaproxyConfigSpec,
  { imagePullPolicy, resources, exposed }: HaproxyContainer,
): k8s.Container {
  const healthz = { httpGet: { path: '/healthz', port: k8s.IntOrString.fromNumber(METRICS_PORT), scheme: 'HTTP' } };
  const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: 'TCP' });
  return {
    name: 'haproxy',
    image: image.reference,
    imagePullPolicy,
    // The image's own entry point would do the same, and look at the arguments first.
    command: ['haproxy', '-W', '-db', '-f', `${CONFIG_MOUNT}/${HAPROXY_CONFIG_FILE}`],
    env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
    ports: [...exposed ? [port('rw', WRITE_PORT), ...readOnly ? [port('ro', READ_PORT)] : []] : [], port('metrics', METRICS_PORT)],
    lifecycle: { preStop: { exec: { command: ['sleep', String(LEAVE_SECONDS)] } } },
    // By then each member has been asked for its role: the first connection finds the leader.
    readinessProbe: { ...healthz, initialDelaySeconds: 3, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...healthz, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    resources: resourceRequirements(resources),
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_MOUNT, readOnly: true },
      { name: 'haproxy-run', mountPath: RUN_MOUNT },
      ...patroniTlsAccess(patroniTls).mounts,
    ],
  };
}

/** The volumes that the container mounts; `configMapName` holds the configuration. */
export function haproxyVolumes(configMapName: string, { patroniTls }: HaproxyConfigSpec): k8s.Volume[] {
  return [
    { name: 'config', configMap: { name: configMapName, items: [{ key: HAPROXY_CONFIG_FILE, path: HAPROXY_CONFIG_FILE }] } },
    { name: 'haproxy-run', emptyDir: { medium: 'Memory' } },
    ...patroniTlsAccess(patroniTls).volumes,
  ];
}

const configName = ({ name }: HaproxySpec) => `${name}-config`;
const serviceName = ({ name }: HaproxySpec, kind: 'rw' | 'ro') => `${name}-${kind}`;

/** Names of all objects of a proxy. */
export function objectNames(spec: HaproxySpec): string[] {
  return [spec.name, configName(spec), serviceName(spec, 'rw'), serviceName(spec, 'ro')];
}

/** The pod of a proxy. */
export function haproxyWorkload(spec: HaproxySpec): ProxyWorkload {
  const { config, imagePullPolicy, resources } = spec;
  return {
    application: APPLICATION,
    uid: config.image.uid ?? 0,
    gid: config.image.gid ?? 0,
    initContainers: [],
    containers: [haproxyContainer(config, { imagePullPolicy, resources, exposed: true })],
    volumes: haproxyVolumes(configName(spec), config),
    podAnnotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(METRICS_PORT), 'prometheus.io/path': '/metrics' },
    configMaps: ['Config'],
  };
}

/** HAProxy takes no file without a line feed at its end. */
function configuration({ config, uncheckedConfig }: HaproxySpec): string {
  return uncheckedConfig === undefined ? haproxyConfig(config) : `${uncheckedConfig.replace(/\n+$/, '')}\n`;
}

/** All objects of a proxy by HAProxy. */
export function haproxyManifests(spec: HaproxySpec): Manifest[] {
  const { name, readWriteService, readOnlyService } = spec;
  const labels = proxyLabels(APPLICATION, name);
  const service = (id: string, kind: 'rw' | 'ro', options: HaproxySpec['readWriteService']) =>
    openService(id, serviceName(spec, kind), labels, options, tcpPort(POSTGRES_PORT_NAME, POSTGRES_PORT, kind), proxySelector(APPLICATION, name));
  return [
    configMap('Config', configName(spec), labels, { [HAPROXY_CONFIG_FILE]: configuration(spec) }),
    service('ReadWriteService', 'rw', readWriteService),
    ...spec.config.readOnly ? [service('ReadOnlyService', 'ro', readOnlyService)] : [],
    ...proxyObjects(spec, haproxyWorkload(spec)),
  ];
}
