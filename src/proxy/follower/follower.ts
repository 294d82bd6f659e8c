import { ApiObject, Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { FollowedPort, PatroniConfigFollowerProps } from './options';
import { followerContainers, followerProgram } from './pod';
import { FOLLOWER_RULES, FollowerContext, OUTPUT_MOUNT } from './rules';
import { Manifest } from '../../kernel/contribution';
import { ManifestObject } from '../../kernel/manifest-object';
import { kibibytes } from '../../kernel/quantity';
import { check, refusal } from '../../kernel/rule';
import { watch } from '../../kernel/watch';
import { openService } from '../../kit/service';
import { POSTGRES_PORT } from '../../spilo/paths';
import { proxyConfigMap, proxyLabels, proxyObjects, proxyResources, proxySelector, pullPolicy, RESTRICTED } from '../common/workload';

const APPLICATION = 'patroni-follower';

/**
 * Any proxy, with a configuration that follows the leader: what pc4patroni does, for Kubernetes.
 *
 * A program beside the proxy asks Patroni's REST API for the members, renders templates, writes files whose bytes changed
 * as a whole, and has the proxy read them again until that succeeds. The proxy starts with a finished configuration. The
 * program needs no permission on the Kubernetes API, and tells its state on port 8405 at `/healthz`.
 *
 * Sessions that exist stay where they are, unless the proxy cuts them by itself: where that matters use `PatroniHaproxy`.
 */
export class PatroniConfigFollower extends Construct {
  /** Every object by its construct id. Patch any field with `ApiObject.addJsonPatch`. */
  public readonly objects: { [id: string]: ApiObject };
  /** Host names of the Services, by the names of their ports. */
  public readonly hosts: { [port: string]: string };

  constructor(scope: Construct, id: string, props: PatroniConfigFollowerProps) {
    const context: FollowerContext = { props, name: props.name ?? `${props.cluster.clusterName}-proxy` };
    const violations = check(FOLLOWER_RULES, context);
    if (violations.length > 0) { throw refusal([scope.node.path, id].filter(part => part !== '').join('/'), violations); }
    super(scope, id);
    const { namespace } = props.cluster;
    const suffix = namespace === undefined ? '' : `.${namespace}.svc`;
    this.hosts = Object.fromEntries(props.ports.map(({ name }) => [name, `${context.name}-${name}${suffix}`]));
    this.objects = Object.fromEntries(manifests(context).map(manifest => [manifest.id, new ManifestObject(this, manifest)]));
    watch(this, props.ports.flatMap(({ service: options }) => options?.nodePort ?? []));
  }
}

function manifests(context: FollowerContext): Manifest[] {
  const { props, name } = context;
  const templates = Object.fromEntries(props.files.map(({ destination, template }) => [keyOf(destination), template]));
  const uid = props.uid ?? 65532;
  const output: k8s.VolumeMount = { name: 'configuration', mountPath: OUTPUT_MOUNT };
  const { init, sidecar, volumes } = followerContainers({
    clusters: [props.cluster, ...props.furtherClusters ?? []],
    files: props.files.map(({ destination }) => ({ template: keyOf(destination), destination })),
    programConfigMap: `${name}-follower`,
    templatesConfigMap: `${name}-templates`,
    outputs: [output],
    engine: props.engine,
    image: props.followerImage,
    interval: (props.interval ?? Duration.seconds(1)).toMilliseconds() / 1000,
    maxLag: props.maxLag && kibibytes(props.maxLag) * 1024,
    reload: reload(props),
    logLevel: props.logLevel,
    patroniTls: props.patroniTls,
    imagePullPolicy: pullPolicy(props),
  });
  return [
    proxyConfigMap('Program', `${name}-follower`, APPLICATION, name, followerProgram()),
    proxyConfigMap('Templates', `${name}-templates`, APPLICATION, name, templates),
    ...props.ports.map(port => service(context, port)),
    ...proxyObjects(context, {
      application: APPLICATION,
      uid,
      gid: uid,
      gracePeriod: props.gracePeriod ?? Duration.minutes(1),
      initContainers: [init],
      containers: [proxyContainer(props, output), sidecar],
      volumes: [...volumes, { name: 'configuration', emptyDir: { medium: 'Memory' } }, { name: 'tmp', emptyDir: {} }],
      // Templates are not among them: the follower reads them again by itself.
      configMaps: ['Program'],
      shareProcessNamespace: true,
    }),
  ];
}

function keyOf(destination: string): string {
  return destination.slice(OUTPUT_MOUNT.length + 1);
}

function reload({ reloadSignal, reloadCommand }: PatroniConfigFollowerProps) {
  return { ...reloadSignal ? { process: reloadSignal.process, signal: reloadSignal.signal ?? 'HUP' } : {}, command: reloadCommand };
}

/** The user's container, with what it lacks. */
function proxyContainer(props: PatroniConfigFollowerProps, output: k8s.VolumeMount): k8s.Container {
  const { proxy } = props;
  return {
    imagePullPolicy: pullPolicy(props),
    resources: proxyResources(props),
    securityContext: RESTRICTED,
    readinessProbe: { tcpSocket: { port: k8s.IntOrString.fromNumber(props.ports[0].containerPort) }, periodSeconds: 2 },
    ports: props.ports.map(({ name, containerPort }) => ({ name, containerPort, protocol: 'TCP' })),
    ...proxy,
    volumeMounts: [output, { name: 'tmp', mountPath: '/tmp' }, ...proxy.volumeMounts ?? []],
  };
}

function service({ name }: FollowerContext, { name: portName, containerPort, port = POSTGRES_PORT, service: options = {} }: FollowedPort): Manifest {
  return openService(`Service-${portName}`, `${name}-${portName}`, proxyLabels(APPLICATION, name), options,
    { name: portName, port, targetPort: k8s.IntOrString.fromNumber(containerPort), protocol: 'TCP' }, proxySelector(APPLICATION, name));
}
