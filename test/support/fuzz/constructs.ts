/** How each construct is made of its properties, and how its manifests follow from its settled spec. */
import { ApiObject } from 'cdk8s';
import { ATTRIBUTE_RULES } from '../../../src/cluster/attributes';
import { CLUSTER_RULES, planCluster } from '../../../src/cluster/cluster';
import { inApplyOrder } from '../../../src/kernel/apply-order';
import { Manifest } from '../../../src/kernel/contribution';
import { RuleText } from '../../../src/kernel/rule';
import { SHAPE_RULES } from '../../../src/kernel/shape';
import { MANIFEST_RULES } from '../../../src/kernel/text-rules';
import { pgAdminManifests } from '../../../src/pgadmin/render';
import { PGADMIN_RULES } from '../../../src/pgadmin/rules';
import { followerManifests } from '../../../src/proxy/follower/pod';
import { FOLLOWER_RULES } from '../../../src/proxy/follower/rules';
import { haproxyManifests } from '../../../src/proxy/haproxy/pod';
import { HAPROXY_RULES } from '../../../src/proxy/haproxy/rules';
import { poolerManifests } from '../../../src/proxy/pgbouncer/manifests';
import { POOLER_RULES } from '../../../src/proxy/pgbouncer/rules';
import { CONNECTION_RULES } from '../../../src/spilo/connection';
import { chart } from '../render';
import { PatroniConfigFollower, PatroniHaproxy, PgAdmin, PgBouncerPooler, SpiloCluster } from 'cdk8s-spilo';

/** What came of a program that was accepted. */
export interface Made {
  readonly objects: { readonly [id: string]: ApiObject };
  readonly spec?: any;
  /** What a method gave, where no construct was made. */
  readonly given?: unknown;
}

/** One construct, or a method that takes options. */
export interface Subject {
  /** The type of its properties. */
  readonly type: string;
  /** Path that its errors name. */
  readonly path: string;
  readonly make: (props: any) => Made;
  readonly manifests?: (spec: any) => readonly Manifest[];
  readonly rules: readonly RuleText[];
}

const scope = () => chart('shop');
const orders = () => SpiloCluster.fromClusterAttributes(chart('shop'), 'orders', { clusterName: 'orders' });
const ofConstruct = ({ objects, _spec }: { objects: { [id: string]: ApiObject }; _spec: any }): Made => ({ objects, spec: _spec });

const CONSTRUCTS_AND_METHODS: readonly Subject[] = [
  {
    type: 'SpiloClusterProps',
    path: 'test/orders',
    make: props => ofConstruct(new SpiloCluster(scope(), 'orders', props)),
    manifests: spec => planCluster(spec).manifests,
    rules: CLUSTER_RULES,
  },
  {
    type: 'SpiloClusterAttributes',
    path: 'test/orders',
    make: props => ({ objects: {}, given: SpiloCluster.fromClusterAttributes(scope(), 'orders', props) }),
    rules: ATTRIBUTE_RULES,
  },
  {
    type: 'PatroniHaproxyProps',
    path: 'test/proxy',
    make: props => ofConstruct(new PatroniHaproxy(scope(), 'proxy', props)),
    manifests: haproxyManifests,
    rules: HAPROXY_RULES,
  },
  {
    type: 'PgBouncerPoolerProps',
    path: 'test/pooler',
    make: props => ofConstruct(new PgBouncerPooler(scope(), 'pooler', props)),
    manifests: poolerManifests,
    rules: POOLER_RULES,
  },
  {
    type: 'PatroniConfigFollowerProps',
    path: 'test/proxy',
    make: props => ofConstruct(new PatroniConfigFollower(scope(), 'proxy', props)),
    manifests: followerManifests,
    rules: FOLLOWER_RULES,
  },
  {
    type: 'PgAdminProps',
    path: 'test/pgadmin',
    make: props => ofConstruct(new PgAdmin(scope(), 'pgadmin', props)),
    manifests: pgAdminManifests,
    rules: PGADMIN_RULES,
  },
  { type: 'ConnectionOptions', path: 'test/orders', make: options => ({ objects: {}, given: orders().connection(options) }), rules: CONNECTION_RULES },
  { type: 'SuperuserConnectionOptions', path: 'test/orders', make: options => ({ objects: {}, given: orders().superuserConnection(options) }), rules: CONNECTION_RULES },
];

/** All of them. */
export const SUBJECTS: readonly Subject[] = CONSTRUCTS_AND_METHODS
  .map(subject => ({ ...subject, rules: [...subject.rules, ...SHAPE_RULES, ...MANIFEST_RULES] }));

/** The manifests of a construct, from nothing but its spec. */
export function fromSpec({ manifests }: Subject, spec: any): readonly Manifest[] {
  return inApplyOrder(manifests!(spec));
}
