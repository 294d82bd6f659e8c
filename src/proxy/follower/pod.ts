import { k8s } from 'cdk8s-plus-27';
import { literally } from '../../kernel/text';
import { program } from '../../kit/program';
import { smallResources } from '../../kit/small-resources';
import { ISpiloCluster } from '../../spilo/cluster-ref';
import { RESTRICTED } from '../common/workload';
import { PatroniTlsOptions } from '../haproxy/options';

const PROGRAM = 'follower.py';
const PROGRAM_MOUNT = '/follower';
const TEMPLATES_MOUNT = '/templates';
const CA_MOUNT = '/patroni-tls';
export const HEALTH_PORT = 8405;

/** A follower beside a proxy. */
export interface FollowerSidecar {
  readonly clusters: readonly ISpiloCluster[];
  /** `template` is a key of the ConfigMap with the templates. */
  readonly files: readonly { readonly template: string; readonly destination: string }[];
  /** The ConfigMap with the program, and that with the templates; they may be one. */
  readonly programConfigMap: string;
  readonly templatesConfigMap: string;
  /** Where the proxy reads the files: mounted here as it is there. */
  readonly outputs: k8s.VolumeMount[];
  readonly engine?: string;
  readonly image?: string;
  readonly interval: number;
  readonly maxLag?: number;
  readonly reload?: { readonly command?: string; readonly process?: string; readonly signal?: string };
  readonly logLevel?: string;
  readonly patroniTls?: PatroniTlsOptions;
  readonly imagePullPolicy: string;
}

/** The text of the program, by its key in a ConfigMap. */
export function followerProgram(): { [file: string]: string } {
  return program([`proxy/follower/programs/${PROGRAM}`]);
}

/** The container that follows, the one that writes the first files before the proxy starts, and their volumes. */
export function followerContainers(follower: FollowerSidecar): { init: k8s.Container; sidecar: k8s.Container; volumes: k8s.Volume[] } {
  const { programConfigMap, templatesConfigMap, files, patroniTls } = follower;
  const container: k8s.Container = {
    name: 'follower',
    // The image of the members has Python and pystache, and every node with a member has the image.
    image: follower.image ?? follower.clusters[0].image,
    imagePullPolicy: follower.imagePullPolicy,
    command: ['python3', `${PROGRAM_MOUNT}/${PROGRAM}`],
    env: [{ name: 'FOLLOWER', value: literally(JSON.stringify(settings(follower))) }],
    resources: smallResources(),
    securityContext: RESTRICTED,
    volumeMounts: [
      { name: 'follower', mountPath: PROGRAM_MOUNT, readOnly: true },
      { name: 'templates', mountPath: TEMPLATES_MOUNT, readOnly: true },
      ...follower.outputs,
      ...patroniTls ? [{ name: 'patroni-tls', mountPath: CA_MOUNT, readOnly: true }] : [],
    ],
  };
  const items = (keys: string[]) => [...new Set(keys)].map(key => ({ key, path: key }));
  return {
    init: { ...container, name: 'first-configuration', command: [...container.command!, '--init'] },
    sidecar: {
      ...container,
      ports: [{ name: 'follower', containerPort: HEALTH_PORT, protocol: 'TCP' }],
      livenessProbe: { httpGet: { path: '/livez', port: k8s.IntOrString.fromNumber(HEALTH_PORT), scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 5 },
    },
    volumes: [
      { name: 'follower', configMap: { name: programConfigMap, items: items([PROGRAM]) } },
      { name: 'templates', configMap: { name: templatesConfigMap, items: items(files.map(({ template }) => template)) } },
      ...patroniTls ? [{ name: 'patroni-tls', secret: { secretName: patroniTls.ca.secret.name, items: [{ key: patroniTls.ca.key, path: 'ca.crt' }] } }] : [],
    ],
  };
}

function settings({ clusters, files, engine, interval, maxLag, reload, logLevel, patroniTls }: FollowerSidecar) {
  const host = ({ podsServiceName, namespace }: ISpiloCluster) => namespace === undefined ? podsServiceName : `${podsServiceName}.${namespace}.svc`;
  return {
    clusters: clusters.map(cluster => ({
      host: host(cluster),
      port: cluster.patroniPort,
      ...patroniTls ? { ca: `${CA_MOUNT}/ca.crt`, verifyHost: patroniTls.verifyHost } : {},
    })),
    files: files.map(({ template, destination }) => ({ template: `${TEMPLATES_MOUNT}/${template}`, destination })),
    engine,
    interval,
    maxLag,
    reload,
    logLevel,
    healthPort: HEALTH_PORT,
  };
}
