import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { METRICS_PORT, PATRONI_CA_FILE, READ_PORT, RUN_MOUNT, WRITE_PORT } from './config';
import { PatroniTlsOptions } from './options';
import { RESTRICTED } from '../common/workload';

export const HAPROXY_CONFIG_FILE = 'haproxy.cfg';
const CONFIG_MOUNT = '/usr/local/etc/haproxy';

/** Until every node has heard that the pod goes, it still gets connections: it goes on taking them that long. */
const LEAVE_SECONDS = 5;

/** When HAProxy cuts the sessions that are left: in time for a clean end before the kubelet kills it. */
export function hardStopAfter(gracePeriod: Duration): Duration {
  return Duration.seconds(gracePeriod.toSeconds() - LEAVE_SECONDS - 5);
}

/** How a container with HAProxy differs from another one. */
export interface HaproxyContainer {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly resources?: k8s.ResourceRequirements;
  readonly readOnly: boolean;
  readonly patroniTls?: PatroniTlsOptions;
  /** Whether clients outside the pod use its ports. */
  readonly exposed: boolean;
}

/** A container with HAProxy. */
export function haproxyContainer({ image, imagePullPolicy, resources, readOnly, patroniTls, exposed }: HaproxyContainer): k8s.Container {
  const healthz = { httpGet: { path: '/healthz', port: k8s.IntOrString.fromNumber(METRICS_PORT), scheme: 'HTTP' } };
  const port = (name: string, containerPort: number) => ({ name, containerPort, protocol: 'TCP' });
  return {
    name: 'haproxy',
    image,
    imagePullPolicy,
    // The image's own entry point would do the same, and look at the arguments first.
    command: ['haproxy', '-W', '-db', '-f', `${CONFIG_MOUNT}/${HAPROXY_CONFIG_FILE}`],
    env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
    ports: [...exposed ? [port('rw', WRITE_PORT), ...readOnly ? [port('ro', READ_PORT)] : []] : [], port('metrics', METRICS_PORT)],
    lifecycle: { preStop: { exec: { command: ['sleep', String(LEAVE_SECONDS)] } } },
    // By then each member has been asked for its role: the first connection finds the leader.
    readinessProbe: { ...healthz, initialDelaySeconds: 3, periodSeconds: 2, failureThreshold: 2 },
    livenessProbe: { ...healthz, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    resources,
    securityContext: RESTRICTED,
    volumeMounts: [
      { name: 'config', mountPath: CONFIG_MOUNT, readOnly: true },
      { name: 'haproxy-run', mountPath: RUN_MOUNT },
      ...patroniTls ? [{ name: 'patroni-tls', mountPath: PATRONI_CA_FILE.replace('/ca.crt', ''), readOnly: true }] : [],
    ],
  };
}

/** The volumes that the container mounts; `configMap` holds the configuration. */
export function haproxyVolumes(configMap: string, patroniTls?: PatroniTlsOptions): k8s.Volume[] {
  return [
    { name: 'config', configMap: { name: configMap, items: [{ key: HAPROXY_CONFIG_FILE, path: HAPROXY_CONFIG_FILE }] } },
    { name: 'haproxy-run', emptyDir: { medium: 'Memory' } },
    ...patroniTls ? [{ name: 'patroni-tls', secret: { secretName: patroniTls.ca.secret.name, items: [{ key: patroniTls.ca.key, path: 'ca.crt' }] } }] : [],
  ];
}
