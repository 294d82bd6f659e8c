import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { FollowedPort } from './files';
import { PatroniConfigFollowerProps } from './options';
import { FollowedClusterSpec, FollowedPortSpec, FollowerSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';
import { kibibytes, quantity } from '../../kernel/quantity';
import { kubernetesJson } from '../../kit/kubernetes-json';
import { settleService } from '../../kit/service-options';
import { ClusterRefSpec, clusterRef } from '../../spilo/cluster-ref';
import { serviceHost } from '../../spilo/endpoint';
import { POSTGRES_PORT } from '../../spilo/paths';
import { settleProxy } from '../common/options';
import { settlePatroniTls } from '../common/patroni-tls';

/** Where the follower writes and the proxy reads. */
export const OUTPUT_MOUNT = '/run/proxy';

/** Whom to ask about a cluster. */
export function followed({ podsService, namespace, patroniPort }: ClusterRefSpec): FollowedClusterSpec {
  return { host: serviceHost(podsService, namespace), port: patroniPort };
}

/** The name of a file among the templates: its own. */
function keyOf(destination: string): string {
  return destination.slice(destination.lastIndexOf('/') + 1);
}

function settlePort({ name, containerPort, port = POSTGRES_PORT, service }: FollowedPort): FollowedPortSpec {
  return { name, containerPort, port, service: settleService(service) };
}

/** A follower with every default. */
export function settleFollower(props: PatroniConfigFollowerProps, namespace: string | undefined): FollowerSpec {
  const proxy = settleProxy(props, namespace, { suffix: 'proxy', gracePeriod: Duration.minutes(1) });
  const { files, ports, furtherClusters = [], reloadSignal, reloadCommand, uid = 65532 } = props;
  const { engine, image, interval = Duration.seconds(1), logLevel } = props;
  const maxLag = props.maxLag && quantity(props.maxLag);
  const clusters = [proxy.cluster, ...furtherClusters.map(clusterRef)];
  return onlyDefined({
    ...proxy,
    proxy: kubernetesJson(props.proxy, k8s.toJson_Container),
    templates: files.map(({ template, destination }) => ({ template, destination })),
    ports: ports.map(settlePort),
    uid,
    image: image?._data.reference,
    maxLag,
    following: onlyDefined({
      clusters: clusters.map(followed),
      files: files.map(({ destination }) => ({ template: keyOf(destination), destination })),
      image: image?._data.reference ?? proxy.cluster.image,
      engine,
      interval: seconds(interval),
      maxLag: maxLag === undefined ? undefined : kibibytes(maxLag) * 1024,
      reload: onlyDefined({
        ...reloadSignal ? { process: reloadSignal.process, signal: reloadSignal.signal ?? 'HUP' } : {}, command: reloadCommand,
      }),
      logLevel,
      patroniTls: settlePatroniTls(props.patroniTls),
    }),
  });
}
