import { Props } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import { Access, ExternalTrafficPolicy, IpFamily, IpFamilyPolicy, Dcs, ServiceOptions, ServiceType } from 'cdk8s-spilo';

const leader = (options: ServiceOptions): Props => ({ leaderService: options });
const replicas = (options: ServiceOptions): Props => ({ replicaService: options });
const access = (...accesses: Access[]): Props => ({ access: accesses });
const named = (nameSuffix: string) => Access.leaderLoadBalancer({ nameSuffix });
const { CLUSTER_IP, NODE_PORT, LOAD_BALANCER } = ServiceType;
const { IPV4, IPV6 } = IpFamily;

/** Rules of Services. */
export const rows: Rows = {
  'service-node-port': clusterRow([leader({ type: NODE_PORT, nodePort: 30000 }), leader({ type: LOAD_BALANCER, nodePort: 32767 })], [
    [leader({ type: NODE_PORT, nodePort: 29999 }), 'leaderService.nodePort', '29999'],
    [replicas({ type: NODE_PORT, nodePort: 32768 }), 'replicaService.nodePort', '32768'],
    [leader({ nodePort: 30000 }), 'leaderService.nodePort', '30000'],
    [access(named('lb'), Access.replicaNodePort(5432)), 'access[1].nodePort', '5432'],
  ]),
  'service-source-ranges': clusterRow([leader({ type: LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/8', 'fd00::/8'] })], [
    [leader({ type: LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.1'] }), 'leaderService.loadBalancerSourceRanges', '["10.0.0.1"]'],
    [leader({ type: LOAD_BALANCER, loadBalancerSourceRanges: [] }), 'leaderService.loadBalancerSourceRanges', '[]'],
    [leader({ type: NODE_PORT, loadBalancerSourceRanges: ['10.0.0.0/8'] }), 'leaderService.loadBalancerSourceRanges', '["10.0.0.0/8"]'],
    ...['300.0.0.0/8', '10.0.0.0/33', 'fd00::/129', ':::/8'].map(range =>
      [leader({ type: LOAD_BALANCER, loadBalancerSourceRanges: [range] }), 'leaderService.loadBalancerSourceRanges', `["${range}"]`] as const),
  ]),
  'service-load-balancer-class': clusterRow([leader({ type: LOAD_BALANCER, loadBalancerClass: 'example.org/internal' })], [
    [leader({ type: CLUSTER_IP, loadBalancerClass: 'example.org/internal' }), 'leaderService.loadBalancerClass', '"example.org/internal"'],
  ]),
  'service-external-traffic-policy': clusterRow([leader({ type: NODE_PORT, externalTrafficPolicy: ExternalTrafficPolicy.LOCAL })], [
    [leader({ externalTrafficPolicy: ExternalTrafficPolicy.LOCAL }), 'leaderService.externalTrafficPolicy', '"Local"'],
  ]),
  'service-ip-families': clusterRow([leader({ ipFamilies: [IPV6] }), replicas({ ipFamilies: [IPV6, IPV4], ipFamilyPolicy: IpFamilyPolicy.REQUIRE_DUAL_STACK })], [
    [leader({ ipFamilies: [] }), 'leaderService.ipFamilies', '[]'],
    [replicas({ ipFamilies: [IPV4, IPV4], ipFamilyPolicy: IpFamilyPolicy.PREFER_DUAL_STACK }), 'replicaService.ipFamilies', '["IPv4","IPv4"]'],
    [replicas({ ipFamilies: [IPV4, IPV6] }), 'replicaService.ipFamilies', '["IPv4","IPv6"]'],
  ]),
  'service-endpoints-families': clusterRow([
    { ...leader({ ipFamilies: [IPV6, IPV4], ipFamilyPolicy: IpFamilyPolicy.REQUIRE_DUAL_STACK }), patroni: { dcs: Dcs.configMaps() } },
    leader({ ipFamilies: [IPV6], ipFamilyPolicy: IpFamilyPolicy.SINGLE_STACK }),
    access(Access.leaderLoadBalancer({ ipFamilyPolicy: IpFamilyPolicy.PREFER_DUAL_STACK })),
  ], [
    [leader({ ipFamilies: [IPV6, IPV4], ipFamilyPolicy: IpFamilyPolicy.REQUIRE_DUAL_STACK }), 'leaderService.ipFamilies', '["IPv6","IPv4"]'],
    [leader({ ipFamilyPolicy: IpFamilyPolicy.REQUIRE_DUAL_STACK }), 'leaderService.ipFamilies', '"RequireDualStack"'],
    [leader({ ipFamilyPolicy: IpFamilyPolicy.PREFER_DUAL_STACK }), 'leaderService.ipFamilies', '"PreferDualStack"'],
  ]),
  'service-labels': clusterRow([leader({ labels: { 'example.org/exposed': 'yes' } })], [
    [leader({ labels: { exposed: 'a b' } }), 'leaderService.labels', '{"exposed":"a b"}'],
    [replicas({ labels: { exposed: 'a b' } }), 'replicaService.labels', '{"exposed":"a b"}'],
  ]),
  'service-labels-reserved': clusterRow([leader({ labels: { team: 'x' } })], [
    [leader({ labels: { role: 'x' } }), 'leaderService.labels', '{"role":"x"}'],
    [access(Access.leaderLoadBalancer({ labels: { role: 'x' } })), 'access[0].labels', '{"role":"x"}'],
  ]),
  'service-annotations': clusterRow([leader({ annotations: { 'example.org/internal': 'true' } })], [
    [leader({ annotations: { 'a b': 'x' } }), 'leaderService.annotations', '{"a b":"x"}'],
  ]),
  'service-node-port-clash': clusterRow([access(Access.leaderNodePort(30000), Access.replicaNodePort(30001))], [
    [access(Access.leaderNodePort(30000), Access.replicaNodePort(30000)), 'access[1].nodePort', '30000'],
    [{ ...leader({ type: NODE_PORT, nodePort: 30000 }), ...access(Access.leaderNodePort(30000)) }, 'access[0].nodePort', '30000'],
  ]),
  'service-port': clusterRow([access(Access.leaderLoadBalancer({ port: 1 })), access(Access.leaderLoadBalancer({ port: 65535 }))], [
    [access(Access.leaderLoadBalancer({ port: 0 })), 'access[0].port', '0'],
    [access(named('a'), Access.leaderLoadBalancer({ port: 65536 })), 'access[1].port', '65536'],
  ]),
  'service-name': clusterRow([access(named('a'), named('b')), access(named('a'.repeat(56)))], [
    [access(named('a'), named('a')), 'access[1].nameSuffix', '"a"'],
    [access(Access.leaderLoadBalancer(), Access.leaderLoadBalancer()), 'access[1].nameSuffix', '"lb"'],
    [access(named('repl')), 'access[0].nameSuffix', '"repl"'],
    [access(named('config')), 'access[0].nameSuffix', '"config"'],
    [access(named('A')), 'access[0].nameSuffix', '"A"'],
    [access(named('a'.repeat(57))), 'access[0].nameSuffix', `"${'a'.repeat(57)}"`],
  ]),
};
