import { relative } from 'path';
import { ApiObject, App, YamlOutputType } from 'cdk8s';
import { needs } from './needs';
import { ON_DEMAND } from '../features/backup/on-demand';
import { ISpiloCluster } from '../spilo/cluster-ref';
import { clusterNames } from '../spilo/names';
import { CONTAINER } from '../spilo/paths';
import { ClusterSpec } from '../spilo/spec';

/** What a person wants to know after synthesis: what was made and checked, what has to be there, and how to go on from here. */
export function report(cluster: ISpiloCluster, objects: readonly ApiObject[], spec: ClusterSpec, rules: number): string {
  const needed = needs(spec);
  return [
    `Cluster ${cluster.clusterName}: ${cluster.instances} members, ${objects.length} objects`,
    '',
    ...table(objects.map(object => [object.kind, object.toJson().metadata?.name ?? object.name])),
    '',
    `Checks: ${rules} rules, all kept`,
    ...needed.length === 0 ? [] : ['', 'Needs:', ...needed.map(line => `  ${line}`)],
    '',
    'Next:',
    ...commands(cluster, spec, manifestsOf(objects[0])).flatMap(([comment, command]) => [`  # ${comment}`, `  ${command}`]),
  ].join('\n');
}

/** Where the app writes to, from where the user stands, as an option of `kubectl apply`. */
function manifestsOf(object: ApiObject): string {
  const app = object.node.root as App;
  const folders = [YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE].includes(app.yamlOutputType);
  return `${folders ? '-R ' : ''}-f ${relative(process.cwd(), app.outdir) || '.'}/`;
}

/** Commands with this cluster's own names, to be copied. */
function commands(cluster: ISpiloCluster, spec: ClusterSpec, manifests: string): [string, string][] {
  const { clusterName, instances, namespace, leaderServiceName, superuserName, superuserPassword } = cluster;
  const kubectl = namespace === undefined ? 'kubectl' : `kubectl -n ${namespace}`;
  const exec = `${kubectl} exec -it ${clusterName}-0 -c ${CONTAINER} --`;
  const selector = Object.entries(cluster.memberLabels).map(([key, value]) => `${key}=${value}`).join(',');
  const password = `$(${kubectl} get secret ${superuserPassword.name} -o jsonpath='{.data.${superuserPassword.key.replace(/\./g, '\\.')}}' | base64 -d)`;
  const psql = (host: string, port: number) => `"host=${host} port=${port} user=${superuserName} dbname=postgres sslmode=require"`;
  return [
    ...(namespace === undefined ? [] : [['make the namespace, once', `kubectl create namespace ${namespace}`] as [string, string]]),
    ['apply', `${kubectl} apply ${manifests}`],
    ['watch the members come up', `${kubectl} get pods -l ${selector} -L role -w`],
    ...(instances === 0 ? [] : [[
      'wait until all of them are there', `${kubectl} wait --for=jsonpath='{.status.availableReplicas}'=${instances} statefulset/${clusterName} --timeout=10m`,
    ] as [string, string]]),
    ['members, roles and lag', `${exec} patronictl list`],
    ['psql through the leader Service', `${exec} env PGPASSWORD="${password}" psql ${psql(leaderServiceName, cluster.leaderEndpoint.port)}`],
    ...nodePorts(spec).map(port => [
      'psql through the NodePort, with the address of any node',
      `PGPASSWORD="${password}" psql ${psql('NODE_ADDRESS', port)}`,
    ] as [string, string]),
    ['move the leader on purpose', `${exec} patronictl switchover ${clusterName}`],
    ...onDemandBackup(spec).map(name => [
      'a base backup at once; the CronJob is suspended, since the members make the scheduled ones', `${kubectl} create job --from=cronjob/${name} NAME`,
    ] as [string, string]),
  ];
}

/** The CronJob from which base backups are asked for. */
function onDemandBackup({ name, backup }: ClusterSpec): string[] {
  return backup?.kind === 'store' && backup.onDemand ? [clusterNames(name).suffixed(ON_DEMAND)] : [];
}

/** Ports on which the leader answers on every node. */
function nodePorts({ leaderService, access }: ClusterSpec): number[] {
  const toLeader = access.filter(({ target }) => target === 'leader').map(({ service }) => service);
  return [leaderService, ...toLeader].flatMap(({ nodePort }) => nodePort ?? []);
}

function table(rows: string[][]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
