import { ServiceType } from 'cdk8s-plus-27';
import { ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, Placement, Separation, ServiceOptions } from 'cdk8s-spilo';

/** Two values that differ in one property: before and after its change. */
export type Pair<Props> = readonly [Partial<Props>, Partial<Props>];

/** Pairs by struct and property. */
export type Pairs<Props> = { readonly [struct: string]: { readonly [property: string]: Pair<Props> } };

/** Pairs of a struct, each as a part of the properties of a construct. */
export function inside<Part, Props>(pairs: { readonly [property: string]: Pair<Part> }, give: (part: Partial<Part>) => Partial<Props>) {
  return Object.fromEntries(Object.entries(pairs).map(([property, [before, after]]): [string, Pair<Props>] =>
    [property, [give(before), give(after)]]));
}

/** Of every property of a Service. */
export const SERVICE_PAIRS: { readonly [property: string]: Pair<ServiceOptions> } = {
  type: [{}, { type: ServiceType.NODE_PORT }],
  nodePort: [{ type: ServiceType.NODE_PORT }, { type: ServiceType.NODE_PORT, nodePort: 32000 }],
  annotations: [{}, { annotations: { a: 'b' } }],
  labels: [{}, { labels: { a: 'b' } }],
  loadBalancerSourceRanges: [{ type: ServiceType.LOAD_BALANCER }, { type: ServiceType.LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/8'] }],
  loadBalancerClass: [{ type: ServiceType.LOAD_BALANCER, loadBalancerClass: 'a' }, { type: ServiceType.LOAD_BALANCER, loadBalancerClass: 'b' }],
  externalTrafficPolicy: [{ type: ServiceType.NODE_PORT }, { type: ServiceType.NODE_PORT, externalTrafficPolicy: ExternalTrafficPolicy.LOCAL }],
  ipFamilies: [{ ipFamilies: [IpFamily.IPV4] }, { ipFamilies: [IpFamily.IPV6] }],
  ipFamilyPolicy: [{}, { ipFamilyPolicy: IpFamilyPolicy.PREFER_DUAL_STACK }],
};

/** Of every property of a placement. */
export const PLACEMENT_PAIRS: { readonly [property: string]: Pair<Placement> } = {
  nodes: [{}, { nodes: { a: ['b'] } }],
  preferredNodes: [{}, { preferredNodes: { a: ['b'] } }],
  nodeSelector: [{}, { nodeSelector: { a: 'b' } }],
  separation: [{}, { separation: Separation.requireHosts() }],
  topologySpread: [{}, { topologySpread: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] }],
  tolerations: [{}, { tolerations: [{ operator: 'Exists' }] }],
  priorityClassName: [{}, { priorityClassName: 'high' }],
  schedulerName: [{}, { schedulerName: 'mine' }],
};
