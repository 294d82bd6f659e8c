import { ApiObject } from 'cdk8s';
import { SpiloClusterProps } from './props';
import { CONTAINER } from './stateful-set';
import { CLUSTER_RULES } from '../kernel/plan';
import { ISpiloCluster } from '../spilo/cluster-ref';

/** What a person wants to know after synthesis: what was made, what was checked, and how to go on from here. */
export function report(cluster: ISpiloCluster, objects: readonly ApiObject[], props: SpiloClusterProps): string {
  return [
    `Cluster ${cluster.clusterName}: ${cluster.instances} members, ${objects.length} objects`,
    '',
    ...table(objects.map(object => [object.kind, object.toJson().metadata.name])),
    '',
    `Checks: ${CLUSTER_RULES.length} rules, all kept (docs/rules.md)`,
    '',
    'Next:',
    ...commands(cluster, props).flatMap(([comment, command]) => [`  # ${comment}`, `  ${command}`]),
  ].join('\n');
}

/** Commands with this cluster's own names, to be copied. The file is where the CLI writes a chart of that name. */
function commands(cluster: ISpiloCluster, props: SpiloClusterProps): [string, string][] {
  const { clusterName, namespace, leaderServiceName, credentialsSecret, superuserName, superuserPasswordKey } = cluster;
  const kubectl = namespace === undefined ? 'kubectl' : `kubectl -n ${namespace}`;
  const exec = `${kubectl} exec -it ${clusterName}-0 -c ${CONTAINER} --`;
  const selector = Object.entries(cluster.memberLabels).map(([key, value]) => `${key}=${value}`).join(',');
  const password = `$(${kubectl} get secret ${credentialsSecret.name} -o jsonpath='{.data.${superuserPasswordKey.replace(/\./g, '\\.')}}' | base64 -d)`;
  const psql = (host: string, port: number) => `"host=${host} port=${port} user=${superuserName} dbname=postgres sslmode=require"`;
  return [
    ...(namespace === undefined ? [] : [['make the namespace, once', `kubectl create namespace ${namespace}`] as [string, string]]),
    ['apply', `${kubectl} apply -f dist/`],
    ['watch the members come up', `${kubectl} get pods -l ${selector} -L role -w`],
    ['members, roles and lag', `${exec} patronictl list`],
    ['psql through the leader Service', `${exec} env PGPASSWORD="${password}" psql ${psql(leaderServiceName, cluster.postgresPort)}`],
    ...nodePorts(props).map(port => [
      'psql through the NodePort, with the address of any node',
      `PGPASSWORD="${password}" psql ${psql('NODE_ADDRESS', port)}`,
    ] as [string, string]),
    ['move the leader on purpose', `${exec} patronictl switchover ${clusterName}`],
  ];
}

/** Ports on which the leader answers on every node. */
function nodePorts({ leaderService, access = [] }: SpiloClusterProps): number[] {
  const leaderAccess = access.filter(({ _target }) => _target === 'leader').map(({ _options }) => _options.nodePort);
  return [leaderService?.nodePort, ...leaderAccess].filter((port): port is number => port !== undefined);
}

function table(rows: string[][]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
