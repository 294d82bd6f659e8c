import { Duration } from 'cdk8s';
import { HaproxyCheckOptions, HaproxyReaderOptions, HaproxyWriteCheck, MemberDiscovery, settleChecks, settleReaders } from './checks';
import { PatroniHaproxyProps } from './options';
import { HaproxyConfigSpec, HaproxySpec } from './spec';
import { copied, onlyDefined } from '../../kernel/data';
import { seconds } from '../../kernel/duration';
import { ContainerImage, settleImage } from '../../kit/image';
import { settleService } from '../../kit/service-options';
import { ClusterRefSpec } from '../../spilo/cluster-ref';
import { settleProxy } from '../common/options';
import { PatroniTlsOptions, settlePatroniTls } from '../common/patroni-tls';

/** The image that the library uses by itself. */
const OWN_IMAGE = { reference: 'docker.io/library/haproxy:3.4.2-alpine', uid: 99, gid: 99 };

/** What every HAProxy before a cluster may be told, beside a proxy or in the pods of a pooler. */
export interface ConfigOptions {
  readonly image?: ContainerImage;
  readonly healthCheck?: HaproxyCheckOptions;
  readonly readOnly?: HaproxyReaderOptions;
  readonly patroniTls?: PatroniTlsOptions;
  readonly clusterDomain?: string;
}

/** What differs between the two. */
export type ConfigDifferences = Pick<HaproxyConfigSpec, 'maxConnections' | 'gracePeriod' | 'bindAddress'> & Partial<HaproxyConfigSpec> & { readonly hasReaders: boolean };

/** The configuration with every default. */
export function settleConfig(cluster: ClusterRefSpec, options: ConfigOptions, { hasReaders, ...differences }: ConfigDifferences): HaproxyConfigSpec {
  const { image, healthCheck, readOnly, patroniTls, clusterDomain = 'cluster.local' } = options;
  return onlyDefined({
    cluster,
    image: settleImage(image, OWN_IMAGE),
    writeCheck: HaproxyWriteCheck.PRIMARY,
    readOnly: hasReaders ? settleReaders(readOnly) : undefined,
    healthCheck: settleChecks(healthCheck),
    discovery: MemberDiscovery.DNS_TEMPLATE,
    clusterDomain,
    patroniTls: settlePatroniTls(patroniTls),
    sessionTimeout: seconds(Duration.hours(4)),
    uncheckedLines: {},
    ...onlyDefined(differences),
  });
}

/** Properties that shape the library's configuration, and mean nothing beside another one. */
const SHAPING: readonly (keyof PatroniHaproxyProps)[] = [
  'writeCheck', 'healthCheck', 'discovery', 'maxMembers', 'clusterDomain', 'maxConnections', 'sessionTimeout', 'uncheckedLines',
];

/** A proxy with every default. */
export function settleHaproxy(props: PatroniHaproxyProps, namespace: string | undefined): HaproxySpec {
  const proxy = settleProxy(props, namespace, { suffix: 'proxy', gracePeriod: Duration.minutes(1) });
  const { readOnly = {}, uncheckedConfig, maxConnections = 2000, sessionTimeout } = props;
  const { enabled: hasReaders = true, ...readers } = readOnly;
  const config = settleConfig(proxy.cluster, { ...props, readOnly: readers }, {
    hasReaders,
    maxConnections,
    gracePeriod: proxy.pod.terminationGracePeriod,
    bindAddress: '',
    writeCheck: props.writeCheck,
    discovery: props.discovery,
    maxMembers: props.maxMembers,
    sessionTimeout: seconds(sessionTimeout),
    uncheckedLines: copied(props.uncheckedLines),
  });
  return onlyDefined({
    ...proxy,
    config,
    readWriteService: settleService(props.readWriteService),
    readOnlyService: settleService(props.readOnlyService),
    uncheckedConfig,
    ignored: [
      ...uncheckedConfig === undefined ? [] : SHAPING.filter(key => props[key] !== undefined),
      ...hasReaders ? [] : [...Object.keys(readers).map(key => `readOnly.${key}`), ...props.readOnlyService ? ['readOnlyService'] : []],
    ],
  });
}
