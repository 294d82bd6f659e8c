import { Cpu, EnvValue, k8s } from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { annotations, dnsLabel, labelKey, labels, labelValue, line, MOST_MEBIBYTES, OWN, own, seconds, sizes, some } from './texts';
import {
  Access, AccessMode, ClaimRetention, ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, JobOptions, LoadBalancerAccessOptions, PlacementOptions,
  PodOptions, Resources, Separation, ServiceBaseOptions, ServiceOptions, ServiceType, SpiloImage, StorageOptions,
} from 'cdk8s-spilo';

/** Images, known ones and others. */
export const image = fc.constantFrom(
  ...Object.values(SpiloImage).filter((value): value is SpiloImage => value instanceof SpiloImage),
  SpiloImage.SPILO_17_4_0_P3.withRegistry('registry.example.org:5000/mirror/'),
  SpiloImage.of('registry.example.org/spilo:own-1', { postgresVersions: [16, 17], patroniVersion: '2.1.4' }),
);

export const storage: fc.Arbitrary<StorageOptions> = fc.record({
  size: sizes(1, MOST_MEBIBYTES),
  storageClassName: own,
  accessMode: fc.constantFrom(...Object.values(AccessMode)),
  labels,
  annotations,
  whenDeleted: fc.constantFrom(...Object.values(ClaimRetention)),
  whenScaled: fc.constantFrom(...Object.values(ClaimRetention)),
}, { requiredKeys: ['size'] });

/** Memory always has a limit above `/dev/shm`, and requests stay below limits. CPU is a text or cdk8s-plus's. */
export const resources: fc.Arbitrary<Resources> = fc.record({
  cpu: fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 4000, max: 64000 })),
  memory: fc.tuple(sizes(128, 512), sizes(2048, MOST_MEBIBYTES)),
  cpuLimit: fc.boolean(),
  ephemeralStorage: fc.option(fc.tuple(sizes(1, 100), sizes(100, 1000)), { nil: undefined }),
}).map(({ cpu, memory, cpuLimit, ephemeralStorage }) => ({
  cpu: { request: Cpu.millis(cpu[0]), ...cpuLimit ? { limit: `${cpu[1]}m` } : {} },
  memory: { request: memory[0], limit: memory[1] },
  ...ephemeralStorage ? { ephemeralStorage: { request: ephemeralStorage[0], limit: ephemeralStorage[1] } } : {},
}));

const nodes = fc.dictionary(labelKey, fc.uniqueArray(labelValue, { minLength: 1, maxLength: 2 }), { minKeys: 1, maxKeys: 2 });
export const placement = some<PlacementOptions>({
  nodes,
  preferredNodes: nodes,
  nodeSelector: labels,
  separation: fc.constantFrom(
    Separation.preferHosts(), Separation.requireHosts(), Separation.preferZones(), Separation.requireZones(), Separation.none(),
  ),
  topologySpread: fc.array(fc.record({
    maxSkew: fc.integer({ min: 1, max: 3 }), topologyKey: labelKey, whenUnsatisfiable: fc.constantFrom('DoNotSchedule', 'ScheduleAnyway'),
  }), { maxLength: 2 }),
  tolerations: fc.array(fc.oneof(
    fc.record({ key: labelKey, operator: fc.constant('Exists'), effect: fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute') }),
    fc.record({ key: labelKey, value: labelValue, effect: fc.constant('NoExecute'), tolerationSeconds: fc.nat(600) }),
  ), { maxLength: 2 }),
  priorityClassName: own,
  schedulerName: own,
});

/** Options of a Service of any kind. */
const common = some<ServiceBaseOptions>({ annotations, labels });
const outside = some<ServiceBaseOptions>({ annotations, labels, externalTrafficPolicy: fc.constantFrom(...Object.values(ExternalTrafficPolicy)) });
const balanced = some<ServiceOptions>({ loadBalancerSourceRanges: fc.constant(['10.0.0.0/8', 'fd00::/8']), loadBalancerClass: fc.constant('example.org/internal') });
const ONE_FAMILY: readonly ServiceBaseOptions[] = [{}, { ipFamilies: [IpFamily.IPV6], ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK }];
const ANY_FAMILIES = [...ONE_FAMILY, { ipFamilies: [IpFamily.IPV4, IpFamily.IPV6], ipFamilyPolicy: IpFamilyPolicy.PREFER_DUAL_STACK }];

/** Parts that are put together. */
const joined = <T>(...parts: fc.Arbitrary<object>[]): fc.Arbitrary<T> => fc.tuple(...parts).map(all => Object.assign({}, ...all));

function service(families: readonly ServiceBaseOptions[]): fc.Arbitrary<ServiceOptions> {
  const typed = (type: ServiceType, ...parts: fc.Arbitrary<object>[]) =>
    joined<ServiceOptions>(fc.constant({ type }), ...parts, fc.constantFrom(...families));
  return fc.oneof(typed(ServiceType.CLUSTER_IP, common), typed(ServiceType.NODE_PORT, outside), typed(ServiceType.LOAD_BALANCER, outside, balanced));
}

/** The Service of the leader has one family: Patroni writes one address. */
export const leaderService = service(ONE_FAMILY);
export const replicaService = service(ANY_FAMILIES);

/** Further entry points, with names and ports of their own. */
export const accesses: fc.Arbitrary<Access[]> = fc.uniqueArray(fc.record({
  kind: fc.constantFrom('leaderNodePort', 'replicaNodePort', 'leaderLoadBalancer', 'replicaLoadBalancer'),
  nameSuffix: fc.constantFrom('a', 'public', 'x-1', 'on'),
  port: fc.integer({ min: 1, max: 65535 }),
  nodePort: fc.integer({ min: 30000, max: 32700 }),
  options: joined<ServiceBaseOptions>(outside, fc.constantFrom(...ANY_FAMILIES)),
  balancer: balanced,
}), { maxLength: 3, selector: ({ nameSuffix }) => nameSuffix })
  .filter(all => new Set(all.map(({ nodePort }) => nodePort)).size === all.length)
  .map(all => all.map(({ kind, nodePort, nameSuffix, port, options, balancer }) => {
    const given: LoadBalancerAccessOptions = { ...options, nameSuffix, port };
    switch (kind) {
      case 'leaderNodePort': return Access.leaderNodePort(nodePort, given);
      case 'replicaNodePort': return Access.replicaNodePort(nodePort, given);
      case 'leaderLoadBalancer': return Access.leaderLoadBalancer({ ...given, ...balancer });
      default: return Access.replicaLoadBalancer({ ...given, ...balancer });
    }
  }));

const variable = fc.oneof(
  line,
  line.map(text => EnvValue.fromValue(text)),
  own.map(name => ({ valueFrom: { secretKeyRef: { name, key: 'key' } } })),
);
/** Structs of cdk8s-plus, and maps with Kubernetes' own names. */
const sidecar = (text: string, index: number): any => ({
  name: `sidecar-${index}`,
  image: 'registry.example.org/sidecar:1',
  args: [text],
  resources: { limits: { memory: index === 0 ? k8s.Quantity.fromString('64Mi') : '64Mi' } },
  volumeMounts: [{ name: 'shm', mountPath: '/dev/shm' }],
});
const initContainer = (text: string, index: number): any => ({
  name: `init-${index}`, image: 'registry.example.org/init:1', command: ['sh', '-c', text], volumeMounts: [{ name: 'pgdata', mountPath: '/pgdata' }],
});
const additions = some<PodOptions>({
  labels,
  annotations,
  env: fc.dictionary(fc.stringMatching(/^APP_[A-Z]{1,8}$/), variable, { maxKeys: 3 }),
  sidecars: fc.array(line, { maxLength: 2 }).map(texts => texts.map(sidecar)),
  initContainers: fc.array(line, { maxLength: 2 }).map(texts => texts.map(initContainer)),
  imagePullSecrets: fc.uniqueArray(own, { maxLength: 2 }),
  terminationGracePeriod: seconds(60, 3600),
  readOnlyRootFilesystem: fc.boolean(),
});
const scratch = fc.uniqueArray(dnsLabel, { maxLength: 2 }).map((names): PodOptions => names.length === 0 ? {} : {
  volumes: names.map(name => ({ name: `${OWN}${name}`, emptyDir: { sizeLimit: '1Gi' } })),
  volumeMounts: names.map(name => ({ name: `${OWN}${name}`, mountPath: `/own/${name}` })),
});
export const pod = joined<PodOptions>(additions, scratch);

export const jobs = some<JobOptions>({ labels, annotations, placement });
