import { k8s } from 'cdk8s-plus-27';
import { POOLER } from './names';
import { PoolerSpec } from './spec';
import { Manifest, Texts } from '../../kernel/contribution';
import { given } from '../../kernel/data';
import { literally } from '../../kernel/text';
import { job } from '../../kit/companion';
import { configMap } from '../../kit/objects';
import { helperPlacement } from '../../kit/placement';
import { program } from '../../kit/program';
import { smallResources } from '../../kit/resources';
import { secretVariable } from '../../kit/secret-key';
import { serviceHost } from '../../spilo/endpoint';
import { POSTGRES_GID, POSTGRES_UID } from '../../spilo/paths';
import { limitsCpu, proxyLabels } from '../common/workload';

const SQL = 'pooler-auth.sql';
const MOUNT = '/sql';

/** The annotation with the revision of the password, where the user tells of one: another one is another pod. */
export function revision({ authPasswordRevision }: PoolerSpec): Texts {
  return authPasswordRevision === undefined ? {} : { 'cdk8s-spilo/auth-password-revision': authPasswordRevision };
}

/**
 * The Job that makes the role and the function of the password look-up, and its SQL. Its name ends with a hash of what it
 * does: a change is a new Job, and applying the same again does nothing.
 */
export function authObjects(spec: PoolerSpec): Manifest[] {
  const { name } = spec;
  const labels = proxyLabels(POOLER, name);
  return [
    configMap('AuthSql', authName(spec), labels, program([`proxy/pgbouncer/programs/${SQL}`])),
    job({
      id: 'AuthJob',
      name: authName(spec),
      // Not the labels of the pods that pool: the Service would take this one for such a pod.
      labels: { ...labels, 'app.kubernetes.io/name': `${POOLER}-auth` },
      podLabels: spec.pod.labels,
      podAnnotations: given({ ...revision(spec), ...spec.pod.annotations }),
      // Until the cluster has a leader every try fails; the delays between them grow to six minutes.
      retries: 20,
      nameByContent: ['AuthSql'],
      pod: {
        user: { uid: POSTGRES_UID, gid: POSTGRES_GID, ownsVolumes: false },
        restartPolicy: 'OnFailure',
        pullSecrets: spec.pod.imagePullSecrets,
        placement: helperPlacement(spec.placement),
        containers: [psql(spec)],
        volumes: [{ name: 'sql', configMap: { name: authName(spec) } }],
      },
    }),
  ];
}

/** Name of the SQL's ConfigMap, and stem of the Job's. */
export const authName = ({ name }: PoolerSpec) => `${name}-auth`;

function psql(spec: PoolerSpec): k8s.Container {
  const { cluster, authUser, authPassword, imagePullPolicy } = spec;
  return {
    name: 'psql',
    image: cluster.image,
    imagePullPolicy,
    command: ['psql', '--no-psqlrc', '--quiet', '--set', `auth_user=${authUser}`, '--file', `${MOUNT}/${SQL}`],
    env: [
      { name: 'PGHOST', value: serviceHost(cluster.leaderService, cluster.namespace) },
      { name: 'PGPORT', value: String(cluster.postgresPort) },
      { name: 'PGDATABASE', value: 'postgres' },
      { name: 'PGUSER', value: literally(cluster.superuser.name) },
      secretVariable('PGPASSWORD', cluster.superuser.password),
      { name: 'PGSSLMODE', value: 'require' },
      { name: 'PGTARGETSESSIONATTRS', value: 'read-write' },
      { name: 'PGCONNECT_TIMEOUT', value: '10' },
      secretVariable('AUTH_PASSWORD', authPassword),
    ],
    resources: smallResources(limitsCpu(spec)),
    volumeMounts: [{ name: 'sql', mountPath: MOUNT, readOnly: true }],
  };
}
