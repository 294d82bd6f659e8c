import { k8s } from 'cdk8s-plus-27';
import { FollowingSpec } from './spec';
import { Texts } from '../../kernel/contribution';
import { literally } from '../../kernel/text';
import { program } from '../../kit/program';
import { smallResources } from '../../kit/resources';
import { PATRONI_CA_FILE, patroniTlsAccess } from '../common/patroni-tls';

const PROGRAM_FILES = [
  'proxy/follower/programs/follower.py', 'proxy/follower/programs/view.py', ...['patroni', 'rest', 'say', 'settings'].map(name => `kit/programs/${name}.py`),
];
const PROGRAM_MOUNT = '/follower';
const TEMPLATES_MOUNT = '/templates';
export const HEALTH_PORT = 8405;

/** How a follower stands in the pod of its proxy. */
export interface FollowerPlace {
  /** The ConfigMap with the program, and that with the templates; they may be one. */
  readonly programConfigMap: string;
  readonly templatesConfigMap: string;
  /** Where the proxy reads the files: mounted here as it is there. */
  readonly output: k8s.VolumeMount;
  readonly imagePullPolicy: string;
  readonly limitsCpu: boolean;
}

/** The texts of the program, by their keys in a ConfigMap. */
export function followerProgram(): Texts {
  return program(PROGRAM_FILES);
}

/** The container that follows, the one that writes the first files before the proxy starts, and their volumes. */
export function followerContainers(
  spec: FollowingSpec, place: FollowerPlace,
): { init: k8s.Container; sidecar: k8s.Container; volumes: k8s.Volume[] } {
  const tls = patroniTlsAccess(spec.patroniTls);
  const container: k8s.Container = {
    name: 'follower',
    // The image of the members has Python and pystache, and every node with a member has the image.
    image: spec.image,
    imagePullPolicy: place.imagePullPolicy,
    command: ['python3', `${PROGRAM_MOUNT}/follower.py`],
    env: [{ name: 'FOLLOWER', value: literally(JSON.stringify(settings(spec))) }],
    resources: smallResources(place.limitsCpu),
    volumeMounts: [
      { name: 'follower', mountPath: PROGRAM_MOUNT, readOnly: true },
      { name: 'templates', mountPath: TEMPLATES_MOUNT, readOnly: true },
      place.output,
      ...tls.mounts,
    ],
  };
  const items = (keys: readonly string[]) => [...new Set(keys)].map(key => ({ key, path: key }));
  return {
    init: { ...container, name: 'first-configuration', command: [...container.command!, '--init'] },
    sidecar: {
      ...container,
      ports: [{ name: 'follower', containerPort: HEALTH_PORT, protocol: 'TCP' }],
      livenessProbe: { httpGet: { path: '/livez', port: k8s.IntOrString.fromNumber(HEALTH_PORT), scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 5 },
    },
    volumes: [
      { name: 'follower', configMap: { name: place.programConfigMap, items: items(Object.keys(followerProgram())) } },
      { name: 'templates', configMap: { name: place.templatesConfigMap, items: items(spec.files.map(({ template }) => template)) } },
      ...tls.volumes,
    ],
  };
}

function settings({ clusters, files, engine, interval, maxLag, reload, logLevel, patroniTls }: FollowingSpec) {
  return {
    clusters: clusters.map(cluster => ({ ...cluster, ...patroniTls ? { ca: PATRONI_CA_FILE, verifyHost: patroniTls.verifyHost } : {} })),
    files: files.map(({ template, destination }) => ({ template: `${TEMPLATES_MOUNT}/${template}`, destination })),
    engine,
    interval,
    maxLag,
    reload,
    logLevel,
    healthPort: HEALTH_PORT,
  };
}
