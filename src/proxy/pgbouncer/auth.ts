import { createHash } from 'crypto';
import { k8s } from 'cdk8s-plus-27';
import { authUserOf, PoolerContext } from './config';
import { POOLER } from './pod';
import { Manifest } from '../../kernel/contribution';
import { literally } from '../../kernel/text';
import { program } from '../../kit/program';
import { smallResources } from '../../kit/small-resources';
import { POSTGRES_GID, POSTGRES_UID } from '../../spilo/paths';
import { proxyConfigMap, proxyLabels, pullPolicy, RESTRICTED } from '../common/workload';

const SQL = 'pooler-auth.sql';
const MOUNT = '/sql';

/**
 * The Job that makes the role and the function of the password look-up, and its SQL. Its name ends with a hash of what it
 * does: a change is a new Job, and applying the same again does nothing.
 */
export function authObjects(context: PoolerContext): Manifest[] {
  const { name } = context;
  const sql = program([`proxy/pgbouncer/programs/${SQL}`]);
  const spec = jobSpec(context);
  return [
    proxyConfigMap('AuthSql', `${name}-auth`, POOLER, name, sql),
    {
      id: 'AuthJob',
      apiVersion: 'batch/v1',
      kind: 'Job',
      name: `${name}-auth`,
      labels: proxyLabels(POOLER, name),
      body: { spec: k8s.toJson_JobSpec(spec) },
      finish: (json, sibling) => nameAfterContent(json, sibling('AuthSql').data),
    },
  ];
}

/** A Job cannot be changed; another one must have another name. A pod carries it as a label, which ends at 63. */
function nameAfterContent(json: any, data: unknown): any {
  const suffix = `-${createHash('sha256').update(JSON.stringify([json.spec, data])).digest('hex').slice(0, 10)}`;
  return { ...json, metadata: { ...json.metadata, name: json.metadata.name.slice(0, 63 - suffix.length) + suffix } };
}

function jobSpec({ props, name }: PoolerContext): k8s.JobSpec {
  const { cluster, authPassword } = props;
  const secret = (variable: string, secretName: string, key: string) => ({ name: variable, valueFrom: { secretKeyRef: { name: secretName, key } } });
  return {
    // Until the cluster has a leader every try fails; the delays between them grow to six minutes.
    backoffLimit: 20,
    template: {
      metadata: { labels: { ...proxyLabels(POOLER, name), 'app.kubernetes.io/name': `${POOLER}-auth` } },
      spec: {
        restartPolicy: 'OnFailure',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        imagePullSecrets: props.imagePullSecrets?.map(pullSecret => ({ name: pullSecret })),
        securityContext: { runAsNonRoot: true, runAsUser: POSTGRES_UID, runAsGroup: POSTGRES_GID, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{
          name: 'psql',
          image: cluster.image,
          imagePullPolicy: pullPolicy(props),
          command: ['psql', '--no-psqlrc', '--quiet', '--set', `auth_user=${authUserOf(props)}`, '--file', `${MOUNT}/${SQL}`],
          env: [
            { name: 'PGHOST', value: cluster.leaderHost },
            { name: 'PGPORT', value: String(cluster.postgresPort) },
            { name: 'PGDATABASE', value: 'postgres' },
            { name: 'PGUSER', value: literally(cluster.superuserName) },
            secret('PGPASSWORD', cluster.credentialsSecret.name, cluster.superuserPasswordKey),
            { name: 'PGSSLMODE', value: 'require' },
            { name: 'PGTARGETSESSIONATTRS', value: 'read-write' },
            { name: 'PGCONNECT_TIMEOUT', value: '10' },
            secret('AUTH_PASSWORD', authPassword.secret.name, authPassword.key),
          ],
          resources: smallResources(),
          securityContext: RESTRICTED,
          volumeMounts: [{ name: 'sql', mountPath: MOUNT, readOnly: true }],
        }],
        volumes: [{ name: 'sql', configMap: { name: `${name}-auth` } }],
      },
    },
  };
}
