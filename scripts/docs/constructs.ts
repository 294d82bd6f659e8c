/** Every construct of the library whose properties and rules the pages list. A new one is a line here. */
import { CLUSTER_RULES } from '../../src/cluster/cluster';
import { RuleText } from '../../src/kernel/rule';
import { PGADMIN_RULES } from '../../src/pgadmin/rules';
import { FOLLOWER_RULES } from '../../src/proxy/follower/rules';
import { HAPROXY_RULES } from '../../src/proxy/haproxy/rules';
import { POOLER_RULES } from '../../src/proxy/pgbouncer/rules';

/** One construct. */
export interface DocumentedConstruct {
  readonly title: string;
  /** Its struct of properties, where `docs/changes.md` lists them. */
  readonly props?: string;
  readonly rules: readonly RuleText[];
}

/** The constructs, the cluster first. */
export const CONSTRUCTS: readonly DocumentedConstruct[] = [
  { title: 'SpiloCluster', props: 'SpiloClusterProps', rules: CLUSTER_RULES },
  { title: 'PgAdmin', props: 'PgAdminProps', rules: PGADMIN_RULES },
  { title: 'PatroniHaproxy', props: 'PatroniHaproxyProps', rules: HAPROXY_RULES },
  { title: 'PgBouncerPooler', props: 'PgBouncerPoolerProps', rules: POOLER_RULES },
  { title: 'PatroniConfigFollower', props: 'PatroniConfigFollowerProps', rules: FOLLOWER_RULES },
];
