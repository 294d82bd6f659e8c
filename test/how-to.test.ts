/**
 * The example `how-to` is a well-known manual for Spilo by hand, as a program: the same names and values, and corrections
 * where the manual does harm or has no effect. Each test is one step of the manual; its sentence says what is different and why.
 */
import { runExample } from './support/examples';
import { Rendered } from './support/render';

const CLUSTER = 'zalandodemo01';
const howTo = runExample('how-to');
const rendered = new Rendered(howTo.files[`${CLUSTER}.k8s.yaml`]);
const { pod, database, env, configuration, statefulSet } = rendered;
const MEMBERS = { 'application': 'spilo', 'spilo-cluster': CLUSTER };

test('everything is in the namespace spilo', () => {
  expect(rendered.objects.filter(({ metadata }) => metadata.namespace !== 'spilo')).toEqual([]);
});

test('1: three members that start in parallel, under the same name, and no annotation for AWS', () => {
  expect(rendered.get('StatefulSet').metadata.name).toBe(CLUSTER);
  expect(statefulSet).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel' });
  expect(Object.keys(statefulSet.template.metadata.annotations ?? {}).filter(key => key.includes('amazonaws'))).toEqual([]);
});

test('2: the same image by its living name, since its old registry is being retired, pulled only once', () => {
  expect(database).toMatchObject({ image: 'ghcr.io/zalando/spilo-15:3.0-p1', imagePullPolicy: 'IfNotPresent' });
  expect(env.PGVERSION).toBe('15');
});

test('3: options of initdb with UTF-8, locale and data checksums again, since a list of one\'s own drops Spilo\'s', () => {
  expect(configuration.bootstrap.initdb).toEqual([{ encoding: 'UTF8' }, { locale: 'en_US.UTF-8' }, 'data-checksums']);
});

test('3: SCRAM instead of md5, which PostgreSQL gives up, and nobody asked for it', () => {
  expect(rendered.yaml).not.toMatch(/\bmd5\b/);
  expect(configuration.postgresql.parameters.password_encryption).toBe('scram-sha-256');
  expect(configuration.postgresql.pg_hba).toContain('hostssl all all all scram-sha-256');
});

test('4: the path of the backups outside the container\'s variables, where it would archive nothing', () => {
  expect(database.env.filter(({ name }: { name: string }) => /^WAL[EG]_/.test(name))).toEqual([]);
});

test('4: WAL is archived to the same path, and a restore finds it: the manual archives to /bin/true', () => {
  expect(configuration.postgresql.parameters.archive_command).toMatch(/^envdir \/etc\/wal-g\/env .*wal-g wal-push .*"%p"$/);
  expect(configuration.postgresql.recovery_conf.restore_command).toMatch(/^envdir \/etc\/wal-g\/env .*"%f" "%p"$/);
  expect(configuration.bootstrap.dcs.postgresql.parameters.archive_mode).toBe('on');
});

test('4: a base backup every night at one, and one as soon as there is none, which the manual has not before the first night', () => {
  const [nightly, first] = rendered.crontab;
  expect(nightly).toMatch(/^00 01 \* \* \* envdir \/etc\/wal-g\/env /);
  expect(first).toMatch(/^\* \* \* \* \* .* envdir \/etc\/wal-g\/env /);
  expect(rendered.crontab).toHaveLength(2);
});

test('5: one ConfigMap of one name, mounted as the envdir: the manual makes one and mounts another', () => {
  const volume = pod.volumes.find(({ name }: { name: string }) => name === 'walg');
  expect(volume.projected.sources).toEqual([{ configMap: { name: `${CLUSTER}-walg` } }]);
  expect(database.volumeMounts).toContainEqual({ name: 'walg', mountPath: '/etc/wal-g/env', readOnly: true });
});

test('5: the same settings where they still have an effect, and none for wal-e, which is not in the image', () => {
  const { data } = rendered.get('ConfigMap', `${CLUSTER}-walg`);
  expect(data).toMatchObject({
    WALG_FILE_PREFIX: '/data/pg_wal',
    BACKUP_NUM_TO_RETAIN: '5',
    USE_WALG_BACKUP: 'true',
    USE_WALG_RESTORE: 'true',
    WALG_ALIVE_CHECK_INTERVAL: '5m',
    PGHOST: '/var/run/postgresql',
    PGUSER: 'postgres',
  });
  expect(Object.keys(data).filter(name => name.startsWith('WALE_'))).toEqual([]);
});

test('6: the same claim for each member', () => {
  const [template, ...more] = statefulSet.volumeClaimTemplates;
  expect(more).toEqual([]);
  expect(template.metadata).toMatchObject({ name: 'pgdata', labels: MEMBERS });
  expect(template.spec).toEqual({ accessModes: ['ReadWriteOnce'], storageClassName: 'local-path', resources: { requests: { storage: '2Gi' } } });
  expect(database.volumeMounts).toContainEqual({ name: 'pgdata', mountPath: '/home/postgres/pgdata' });
});

test('7: the same claim for backups, mounted at the same path in every member', () => {
  expect(rendered.get('PersistentVolumeClaim', `${CLUSTER}-backup`).spec).toEqual({
    accessModes: ['ReadWriteMany'], storageClassName: 'managed-nfs-storage', resources: { requests: { storage: '2Gi' } },
  });
  expect(pod.volumes).toContainEqual({ name: 'backup', persistentVolumeClaim: { claimName: `${CLUSTER}-backup` } });
  expect(database.volumeMounts).toContainEqual({ name: 'backup', mountPath: '/data/pg_wal' });
});

test('7: a container looks first that user 101 may write there, since fsGroup does not reach NFS', () => {
  const looking = pod.initContainers.find(({ name }: { name: string }) => name === 'backup-directory');
  expect(looking.command).toEqual(['/bin/sh', '-c', expect.stringContaining('test -w "$1"'), 'sh', '/data/pg_wal']);
  expect(looking.volumeMounts).toEqual([{ name: 'backup', mountPath: '/data/pg_wal' }]);
  expect(pod.securityContext).toMatchObject({ runAsUser: 101, fsGroup: 103 });
});

test('8: passwords in the Secret, under the keys of Spilo\'s example, only because the program says plainTextInManifest', () => {
  const { metadata, data } = rendered.get('Secret');
  expect(metadata.name).toBe(CLUSTER);
  expect(Object.keys(data)).toEqual(['admin-password', 'replication-password', 'superuser-password']);
  expect(Buffer.from(data['superuser-password'], 'base64').toString()).toBe('superuser-of-the-demo');
});

test('8: data and not stringData, which reads as changed at every apply', () => {
  expect(rendered.get('Secret').stringData).toBeUndefined();
});

test('8: no admin user named admin, whose login Spilo takes away', () => {
  expect(env.PGUSER_ADMIN).toBe('superadmin');
});

test('9: only on nodes with the label db=spilo, and never two members on one host', () => {
  expect(pod.affinity).toEqual({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'db', operator: 'In', values: ['spilo'] }] }],
      },
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: MEMBERS }, topologyKey: 'kubernetes.io/hostname' }],
    },
  });
});

test('10: no tolerations, which the manual mentions and does not use', () => {
  expect(pod.tolerations).toBeUndefined();
});

test('11: the Service of the leader has no selector, and its Endpoints no subsets: Patroni alone writes the address', () => {
  expect(rendered.get('Service', CLUSTER).spec).toEqual({
    type: 'ClusterIP', ports: [{ name: 'postgresql', port: 5432, targetPort: 5432, protocol: 'TCP' }],
  });
  const endpoints = rendered.get('Endpoints', CLUSTER);
  expect(Object.keys(endpoints)).toEqual(['apiVersion', 'kind', 'metadata']);
  expect(endpoints.metadata.labels).toMatchObject(MEMBERS);
});

test('11: headless Services beside all of Patroni\'s objects, or Kubernetes deletes these when its controllers restart', () => {
  for (const suffix of ['config', 'sync', 'failover']) { expect(rendered.get('Service', `${CLUSTER}-${suffix}`).spec).toEqual({ clusterIP: 'None' }); }
});

test('12: the same NodePort for the leader', () => {
  expect(rendered.get('Service', `${CLUSTER}-nodeport`).spec).toEqual({
    type: 'NodePort',
    ports: [{ name: 'postgresql', port: 5432, targetPort: 5432, nodePort: 32345, protocol: 'TCP' }],
    selector: { ...MEMBERS, role: 'master' },
  });
  expect([env.KUBERNETES_ROLE_LABEL, env.KUBERNETES_LEADER_LABEL_VALUE]).toEqual(['role', 'master']);
});

test('13: a ServiceAccount of its own, so that no other cluster of the namespace shares its rights', () => {
  expect(pod.serviceAccountName).toBe(CLUSTER);
  expect(rendered.has('ServiceAccount', CLUSTER)).toBe(true);
});

test('13: only the verbs that Patroni uses', () => {
  const binding = rendered.all('RoleBinding').find(({ subjects }) => subjects.some(({ name }: { name: string }) => name === CLUSTER))!;
  expect(rendered.get('Role', binding.roleRef.name).rules).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'patch'] },
    { apiGroups: [''], resources: ['endpoints'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  ]);
});

test('14: five minutes to stop instead of none: a leader that is killed is missed only after its lock has expired', () => {
  expect(pod.terminationGracePeriodSeconds).toBe(300);
});

test('15: probes, which the manual has not, ask Patroni', () => {
  expect([database.startupProbe, database.readinessProbe, database.livenessProbe].map(({ httpGet }) => `${httpGet.port}${httpGet.path}`))
    .toEqual(['8008/liveness', '8008/readiness', '8008/liveness']);
});

test('15: a budget, so that a drained node takes one member at a time', () => {
  expect(rendered.get('PodDisruptionBudget').spec).toMatchObject({ maxUnavailable: 1, selector: { matchLabels: MEMBERS } });
});

test('15: shared memory, since the 64 MiB of container runtimes break parallel queries', () => {
  expect(pod.volumes).toContainEqual({ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '256Mi' } });
  expect(database.volumeMounts).toContainEqual({ name: 'shm', mountPath: '/dev/shm' });
});

test('15: a Service of the replicas', () => {
  expect(rendered.get('Service', `${CLUSTER}-repl`).spec.selector).toEqual({ ...MEMBERS, role: 'replica' });
});

describe('16: pgAdmin beside the cluster', () => {
  const { files } = runExample('pgadmin');
  const pgAdmin = new Rendered(files['pgadmin.k8s.yaml']);

  test('has a Deployment and a Service, and lists the cluster', () => {
    expect(pgAdmin.list()).toEqual(expect.arrayContaining(['Deployment pgadmin', 'Service pgadmin']));
    const servers = JSON.parse(pgAdmin.get('ConfigMap').data['servers.json']).Servers;
    expect(Object.values(servers).map((server: any) => `${server.Host}:${server.Port}`)).toEqual([
      `${CLUSTER}.spilo.svc:5432`, `${CLUSTER}-repl.spilo.svc:5432`,
    ]);
  });

  test('takes its password from a Secret: none is in the manifest', () => {
    expect(pgAdmin.all('Secret')).toEqual([]);
    expect(pgAdmin.get('Deployment').spec.template.spec.volumes).toContainEqual(
      expect.objectContaining({ secret: expect.objectContaining({ secretName: 'pgadmin-login' }) }),
    );
  });
});

describe('17: the example prints the commands of the manual for its own names', () => {
  const member = `kubectl -n spilo exec -it ${CLUSTER}-0 -c postgres --`;
  test.each([
    'kubectl -n spilo apply -f dist/',
    `kubectl -n spilo get pods -l application=spilo,spilo-cluster=${CLUSTER} -L role -w`,
    `${member} patronictl list`,
    `${member} patronictl switchover ${CLUSTER}`,
    `psql "host=${CLUSTER} port=5432 user=postgres dbname=postgres sslmode=require"`,
    'psql "host=NODE_ADDRESS port=32345 user=postgres dbname=postgres sslmode=require"',
  ])('%s', command => {
    expect(howTo.printed).toContain(command);
  });

  test('and no password', () => {
    expect(howTo.printed).not.toContain('of-the-demo');
  });

  test('and every object that it made', () => {
    const listed = howTo.printed.split('\n').map(line => line.trim().replace(/ +/g, ' '));
    expect(listed).toEqual(expect.arrayContaining([...rendered.list()]));
  });
});
