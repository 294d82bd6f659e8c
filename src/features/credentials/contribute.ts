import { credentialsRules } from './rules';
import { Manifest } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';
import { job } from '../../kit/companion';
import { secret, serviceAccount } from '../../kit/objects';
import { token } from '../../kit/pod';
import { grant } from '../../kit/rbac';
import { secretVariable } from '../../kit/secret-key';
import { clusterCompanion } from '../../spilo/companions';
import { clusterLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

const PROGRAM = ['features/credentials/programs/credentials.py', 'kit/programs/kubernetes.py', 'kit/programs/rest.py', 'kit/programs/say.py', 'kit/programs/settings.py'];
const SUFFIX = 'credentials';

/** The Secret with the passwords that the user wrote as literals. */
function literalSecret({ name, credentials: { superuser, replication, admin, plainText = {} } }: ClusterSpec): Manifest {
  return secret('CredentialsSecret', superuser.password.name, clusterLabels(name).metadata, {
    [superuser.password.key]: plainText.superuser,
    [replication.password.key]: plainText.replication,
    ...(admin && plainText.admin !== undefined ? { [admin.password.key]: plainText.admin } : {}),
  });
}

/** The Job that makes the Secret once. It may create Secrets and nothing else: Kubernetes cannot limit that to one name. */
function generator(spec: ClusterSpec): Manifest[] {
  const { superuser, replication, admin } = spec.credentials;
  const name = clusterNames(spec.name).suffixed(SUFFIX);
  const labels = clusterLabels(spec.name).companions(SUFFIX);
  const { volume, mount } = token();
  const task = {
    secret: superuser.password.name,
    keys: [superuser, replication, ...admin ? [admin] : []].map(({ password }) => password.key),
    labels: clusterLabels(spec.name).members,
  };
  return [
    serviceAccount('CredentialsServiceAccount', name, labels),
    ...grant({ id: 'Credentials', name, labels, serviceAccount: name, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['create'] }] }),
    job(clusterCompanion(spec, {
      id: 'CredentialsJob',
      suffix: SUFFIX,
      container: 'credentials',
      command: ['python3', `${PROGRAMS}/credentials.py`],
      env: [
        { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'CREDENTIALS', value: JSON.stringify(task) },
      ],
      resources: { cpu: { request: '10m' }, memory: { request: '32Mi', limit: '128Mi' } },
      volumes: [volume],
      mounts: [mount],
      serviceAccountName: name,
      terminationMessagePolicy: 'FallbackToLogsOnError',
      retries: 20,
      nameByContent: [],
    })),
  ];
}

/** PostgreSQL's own users. */
export const credentialsFeature: Feature<ClusterSpec> = {
  rules: credentialsRules,
  contribute: spec => {
    const { kind, superuser, replication, admin } = spec.credentials;
    return {
      env: [
        { name: 'PGUSER_SUPERUSER', value: superuser.name },
        secretVariable('PGPASSWORD_SUPERUSER', superuser.password),
        { name: 'PGUSER_STANDBY', value: replication.name },
        secretVariable('PGPASSWORD_STANDBY', replication.password),
        ...(admin === undefined ? [] : [{ name: 'PGUSER_ADMIN', value: admin.name }, secretVariable('PGPASSWORD_ADMIN', admin.password)]),
      ],
      programs: kind === 'generated' ? PROGRAM : [],
      objects: kind === 'plain-text' ? [literalSecret(spec)] : kind === 'generated' ? generator(spec) : [],
    };
  },
};
