import { Duration, Size } from 'cdk8s';
import {
  ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, PlacementOptions, PodOptions, Separation, ServiceOptions, ServiceType,
} from 'cdk8s-spilo';

/** Two values that differ in one property: without its change and with it. */
export type Pair<Props> = readonly [Partial<Props>, Partial<Props>];

/** Pairs of one struct by property. */
export interface PairsOf<Props> { readonly [property: string]: Pair<Props> }

/** Pairs by struct and property. */
export interface Pairs<Props> { readonly [struct: string]: PairsOf<Props> }

/** Pairs of a struct, each as a part of the properties of a construct. */
export function inside<Part, Props>(pairs: PairsOf<Part>, give: (part: any) => Partial<Props>): PairsOf<Props> {
  return Object.fromEntries(Object.entries(pairs).map(([property, [before, after]]) => [property, [give(before), give(after)]]));
}

/** The same for several structs that are given together, such as one and that which it extends. */
export function within<Part, Props>(structs: Pairs<Part>, give: (part: any) => Partial<Props>): Pairs<Props> {
  return Object.fromEntries(Object.entries(structs).map(([struct, pairs]) => [struct, inside(pairs, give)]));
}

const nodePort = (options: ServiceOptions) => ({ type: ServiceType.NODE_PORT, ...options });
const loadBalancer = (options: ServiceOptions) => ({ type: ServiceType.LOAD_BALANCER, ...options });

/** Of every property of a Service. */
export const SERVICE_PAIRS: Pairs<ServiceOptions> = {
  ServiceOptions: {
    type: [{}, nodePort({})],
    nodePort: [nodePort({}), nodePort({ nodePort: 32000 })],
    loadBalancerSourceRanges: [loadBalancer({}), loadBalancer({ loadBalancerSourceRanges: ['10.0.0.0/8'] })],
    loadBalancerClass: [loadBalancer({ loadBalancerClass: 'a' }), loadBalancer({ loadBalancerClass: 'b' })],
  },
  ServiceBaseOptions: {
    annotations: [{}, { annotations: { a: 'b' } }],
    labels: [{}, { labels: { a: 'b' } }],
    externalTrafficPolicy: [nodePort({}), nodePort({ externalTrafficPolicy: ExternalTrafficPolicy.LOCAL })],
    ipFamilies: [{ ipFamilies: [IpFamily.IPV4] }, { ipFamilies: [IpFamily.IPV6] }],
    ipFamilyPolicy: [{}, { ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK }],
  },
};

/** Of every property of a placement. */
export const PLACEMENT_PAIRS: Pairs<PlacementOptions> = {
  PlacementOptions: {
    nodes: [{}, { nodes: { a: ['b'] } }],
    preferredNodes: [{}, { preferredNodes: { a: ['b'] } }],
    nodeSelector: [{}, { nodeSelector: { a: 'b' } }],
    separation: [{}, { separation: Separation.requireHosts() }],
    topologySpread: [{}, { topologySpread: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] }],
    tolerations: [{}, { tolerations: [{ operator: 'Exists' }] }],
    priorityClassName: [{}, { priorityClassName: 'high' }],
    schedulerName: [{}, { schedulerName: 'mine' }],
  },
};

const memory = (limit: number, request = limit) => ({ memory: { request: Size.gibibytes(request), limit: Size.gibibytes(limit) } });

/** Of every amount of a container. */
export const AMOUNT_PAIRS = {
  CpuResources: {
    request: [{ ...memory(1) }, { ...memory(1), cpu: { request: '2' } }],
    limit: [{ ...memory(1) }, { ...memory(1), cpu: { limit: '2' } }],
  },
  SizeResources: { request: [memory(2), memory(2, 1)], limit: [memory(2, 1), memory(3, 1)] },
} as const;

/** Of every kind of amount. */
export const RESOURCES_PAIRS = {
  Resources: {
    cpu: [{ ...memory(1) }, { ...memory(1), cpu: { request: '2' } }],
    memory: [memory(1), memory(2)],
    ephemeralStorage: [{ ...memory(1) }, { ...memory(1), ephemeralStorage: { request: Size.gibibytes(1) } }],
  },
  ...AMOUNT_PAIRS,
} as const;

const container = (name: string) => ({ name, image: 'example.org/tool:1' });
const scratch = { volumes: [{ name: 'scratch', emptyDir: {} }] };

/** Of every addition to pods. */
export const POD_PAIRS: Pairs<PodOptions> = {
  PodOptions: {
    labels: [{}, { labels: { a: 'b' } }],
    annotations: [{}, { annotations: { a: 'b' } }],
    env: [{}, { env: { TZ: 'UTC' } }],
    sidecars: [{}, { sidecars: [container('exporter')] }],
    initContainers: [{}, { initContainers: [container('wait')] }],
    volumes: [{}, scratch],
    volumeMounts: [scratch, { ...scratch, volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }],
    imagePullSecrets: [{}, { imagePullSecrets: ['registry'] }],
    terminationGracePeriod: [{}, { terminationGracePeriod: Duration.minutes(10) }],
    readOnlyRootFilesystem: [{}, { readOnlyRootFilesystem: false }],
  },
};
