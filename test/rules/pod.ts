import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Props } from '../support/render';
import { clusterRow, Rows } from '../support/rule-rows';
import { PlacementOptions, PodOptions, Tls } from 'cdk8s-spilo';

const pod = (options: PodOptions): Props => ({ pod: options });
const env = (name: string, value = 'x'): Props => pod({ env: { [name]: value } });
const mount = (mountPath: unknown): Props => pod({ volumes: [{ name: 'a', emptyDir: {} }], volumeMounts: [{ name: 'a', mountPath }] });
const beside = (mountPath: string): Props =>
  pod({ volumes: [{ name: 'a', emptyDir: {} }], sidecars: [{ name: 'b', image: 'b:1', volumeMounts: [{ name: 'a', mountPath }] }] });
const placement = (options: PlacementOptions): Props => ({ placement: options });
const toleration = (given: k8s.Toleration): Props => placement({ tolerations: [given] });
const spread = (given: Partial<k8s.TopologySpreadConstraint>): Props =>
  placement({ topologySpread: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...given }] });

/** One variable of each family that Spilo ignores, or that another property sets. */
const RESERVED = [
  'PATRONI_TTL', 'WALG_S3_PREFIX', 'WALE_S3_PREFIX', 'USE_WALG_BACKUP', 'CLONE_SCOPE', 'STANDBY_HOST', 'KUBERNETES_USE_CONFIGMAPS',
  'ETCD_HOST', 'ETCD3_HOST', 'CONSUL_HOST', 'ZOOKEEPER_HOSTS', 'EXHIBITOR_HOSTS', 'SSL_CERTIFICATE', 'PGUSER_ADMIN', 'PGPASSWORD_ADMIN', 'PGPASSWORD', 'NAMESPACE',
  'ALLOW_NOSSL', 'PGDATA', 'PGPORT', 'APIPORT',
  'WAL_S3_BUCKET', 'WAL_GS_BUCKET', 'WAL_BUCKET_SCOPE_PREFIX', 'WAL_RESTORE_TIMEOUT', 'USE_WALE', 'USE_WALG_RESTORE', 'BACKUP_SCHEDULE',
  'BACKUP_NUM_TO_RETAIN', 'SSH_PRIVATE_KEY_PATH', 'INITDB_LOCALE', 'CALLBACK_SCRIPT', 'EIP_ALLOCATION', 'HOSTNAME', 'PATH', 'PG_CONNECT_ADDRESS', 'RESTAPI_CONNECT_ADDRESS', 'BGMON_LISTEN_IP', 'USE_ADMIN', 'PGHOST', 'PGHOSTADDR', 'PGSERVICE', 'PGTARGETSESSIONATTRS',
];
/** Variables that are reserved and also there: one violation says it. */
const PRESENT = ['KUBERNETES_LABELS', 'DCS_ENABLE_KUBERNETES_API', 'SCOPE', 'POD_IP', 'PGVERSION', 'PGROOT', 'PGPASSWORD_SUPERUSER', 'SPILO_CONFIGURATION', 'CRONTAB'];

const NOT_SHOWN = '"a text (not shown)"';

/** Rules of additions to pods, and of where they run. */
export const rows: Rows = {
  'pod-labels': clusterRow([pod({ labels: { 'example.org/team': 'orders' } })], [
    [pod({ labels: { team: 'a b' } }), 'pod.labels', '{"team":"a b"}'],
  ]),
  'pod-labels-reserved': clusterRow([pod({ labels: { 'app': 'orders', 'app.kubernetes.io/part-of': 'shop' } })], [
    [pod({ labels: { role: 'replica' } }), 'pod.labels', '{"role":"replica"}'],
    [pod({ labels: { 'app.kubernetes.io/name': 'x' } }), 'pod.labels', '{"app.kubernetes.io/name":"x"}'],
  ]),
  'pod-annotations': clusterRow([pod({ annotations: { note: 'any: text' } })], [
    [pod({ annotations: { 'a b': 'x' } }), 'pod.annotations', '{"a b":"x"}'],
  ]),
  'pod-env-name': clusterRow([env('a.b-c_D')], [
    [env('1ST'), 'pod.env', '"1ST"'],
    [env('A B'), 'pod.env', '"A B"'],
    [env(''), 'pod.env', '""'],
  ]),
  'pod-env-reserved': clusterRow([env('HUMAN_ROLE'), env('PGTZ'), env('PGAPPNAME'), env('LOG_S3_BUCKET'), env('AWS_REGION')], [
    ...[...RESERVED, ...PRESENT].map(name => [env(name), 'pod.env', `"${name}"`] as const),
  ]),
  'pod-env-human-role': clusterRow([env('HUMAN_ROLE', 'people'), env('HUMAN_ROLE', 'zalandos')], [
    ...['my-team', 'People', 'user', 'postgres', 'standby', 'robot_zmon', 'pg_people', '', 'a; DROP ROLE b'].map(role =>
      [env('HUMAN_ROLE', role), 'pod.env.HUMAN_ROLE', JSON.stringify(role)] as const),
  ]),
  'pod-env-pg-mon': clusterRow([
    env('ENABLE_PG_MON', 'true'), { ...env('ENABLE_PG_MON', 'true'), postgres: { preloadLibraries: ['pg_mon', 'auto_explain'] } },
  ], [
    [{ ...env('ENABLE_PG_MON', 'true'), postgres: { preloadLibraries: ['auto_explain'] } }, 'pod.env.ENABLE_PG_MON', '"true"'],
  ]),
  'pod-env-switch': clusterRow([env('DEBUG', 'true'), env('MY_SWITCH', 'false')], [
    ...['false', 'False', 'no', 'off', '0'].map(value => [env('PAM_OAUTH2', value), 'pod.env', '"PAM_OAUTH2"'] as const),
    [env('USE_PAUSE_AT_RECOVERY_TARGET', 'false'), 'pod.env', '"USE_PAUSE_AT_RECOVERY_TARGET"'],
  ]),
  'pod-env-value': clusterRow([pod({ env: { A: { valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } } } })], [
    [pod({ env: { A: 5 } }), 'pod.env.A', '"a number"'],
    [pod({ env: { A: {} } }), 'pod.env.A', 'undefined'],
  ]),
  'pod-part-name': clusterRow([pod({ volumes: [{ name: 'a', emptyDir: {} }] })], [
    [pod({ sidecars: [{ image: 'x:1' }] }), 'pod.sidecars[0].name', 'undefined'],
    [pod({ volumes: [{ name: 'A', emptyDir: {} }] }), 'pod.volumes[0].name', '"A"'],
  ]),
  'pod-part-image': clusterRow(['x', 'x:1', 'registry.example.org:5000/a/b-c:v1.2', 'Registry.example.org/x', 'docker.io/library/x:1@sha256:' + '0'.repeat(64)]
    .map(image => pod({ sidecars: [{ name: 'a', image }], initContainers: [{ name: 'b', image }] })), [
    ...[[undefined, 'undefined'], ['https://registry.example.org/x', '"https://registry.example.org/x"'], ['X', '"X"'], ['a b', '"a b"'], ['', '""']]
      .map(([image, shown]) => [pod({ sidecars: [{ name: 'a', image }] }), 'pod.sidecars[0].image', shown as string] as const),
    [pod({ initContainers: [{ name: 'a', image: 'x:' }] }), 'pod.initContainers[0].image', '"x:"'],
  ]),
  'pod-mount-path': clusterRow([mount('/a'), mount('b c'), beside('/usr')], [
    [beside('/a:/b'), 'pod.sidecars[0].volumeMounts[0].mountPath', '"/a:/b"'],
    [beside('/'), 'pod.sidecars[0].volumeMounts[0].mountPath', '"/"'],
    ...[[undefined, 'undefined'], [5, '"(a number)"'], ['', '""'], ['/', '"/"'], ['/../', '"/../"'], ['/a:/b', '"/a:/b"']].map(([path, received]) =>
      [mount(path), 'pod.volumeMounts[0].mountPath', received as string] as const),
  ]),
  'pod-mount-hides': clusterRow([
    mount('/home/postgres/pgdata2'), mount('/etc/my-app'), mount('/etc/ssl/certs'), mount('/scripts-of-mine'), mount('/scripts/mine'), mount('/usr/share/my-app'),
    mount('/run/postgresql'), mount('/var/lib/my-app'), mount('/usr/lib/postgresql/17/lib/mine.so'), mount('/etc/cdk8s-spilo-of-mine'), mount('/opt'),
  ].map(({ pod: options }) => ({ pod: options, postgres: { version: 17 } })), [
    ...[
      '/home/postgres/pgdata/mine', '/home/postgres/pgdata/pgroot/data/pg_wal', '//home/postgres/./pgdata/x/', '/etc/cdk8s-spilo/programs/mine.py', '/home', '/home/postgres',
      '/etc', '/etc/', '/etc/../usr', '/usr', '/usr/bin', '/usr/local', '/usr/lib/postgresql', '/bin', '/lib', '/scripts', '/var', '/var/run', '/etc/runit', '/dev', '/proc',
    ].map(path => [mount(path), 'pod.volumeMounts[0].mountPath', JSON.stringify(path)] as const),
    [pod({ ...mount('/run').pod, readOnlyRootFilesystem: false }), 'pod.volumeMounts[0].mountPath', '"/run"'],
  ]),
  'pod-volume-source': clusterRow([
    pod({ volumes: [{ name: 'a', emptyDir: {} }, { name: 'b', image: { reference: 'x:1' } }, { name: 'c', configMap: { name: 'c' }, secret: undefined }] }),
  ], [
    [pod({ volumes: [{ name: 'a', emptyDir: {}, configMap: { name: 'a' } }] }), 'pod.volumes[0]', '["configMap","emptyDir"]'],
    [pod({ volumes: [{ name: 'a', emptyDir: {} }, { name: 'b' }] }), 'pod.volumes[1]', '[]'],
  ]),
  'pod-pull-secret': clusterRow([pod({ imagePullSecrets: ['registry.login'] })], [
    [pod({ imagePullSecrets: ['good', 'Bad_one'] }), 'pod.imagePullSecrets', '"Bad_one"'],
  ]),
  'pod-grace-period': clusterRow([pod({ terminationGracePeriod: Duration.seconds(60) })], [
    [pod({ terminationGracePeriod: Duration.seconds(0) }), 'pod.terminationGracePeriod', '0'],
    [pod({ terminationGracePeriod: Duration.millis(90500) }), 'pod.terminationGracePeriod', '90.5'],
  ]),
  'manifest-text': clusterRow([
    pod({ annotations: { note: 'several\nlines\tof text', octal: '0777', old: '0o' } }), pod({ sidecars: [{ name: 'x', image: 'x:1', args: ['é', '☃', '😀'] }] }),
  ], [
    [pod({ annotations: { note: '0o17' } }), 'StatefulSet orders.spec.template.metadata.annotations.note', NOT_SHOWN],
    [pod({ annotations: { '0o17': 'x' } }), 'StatefulSet orders.spec.template.metadata.annotations', NOT_SHOWN],
    [pod({ labels: { note: '0o17' } }), 'StatefulSet orders.spec.template.metadata.labels.note', NOT_SHOWN],
    ...['a\u2028b', 'a\u0085b', 'a\u007f', 'a\u0000', '\ufffe'].map(text =>
      [pod({ sidecars: [{ name: 'x', image: 'x:1', args: [text] }] }), 'StatefulSet orders.spec.template.spec.containers.1.args.0', NOT_SHOWN] as const),
    [{ leaderService: { annotations: { note: '-0o17' } } }, 'Service orders.annotations.note', NOT_SHOWN],
  ]),
  'placement-nodes': clusterRow([placement({ nodes: { db: ['spilo', ''] }, preferredNodes: { 'example.org/disk': ['nvme'] } })], [
    [placement({ nodes: { db: [] } }), 'placement.nodes', '{"db":[]}'],
    [placement({ nodes: { 'd b': ['spilo'] } }), 'placement.nodes', '{"d b":["spilo"]}'],
    [placement({ preferredNodes: { db: ['a b'] } }), 'placement.preferredNodes', '{"db":["a b"]}'],
  ]),
  'placement-node-selector': clusterRow([placement({ nodeSelector: { 'kubernetes.io/os': 'linux' } })], [
    [placement({ nodeSelector: { os: 'li nux' } }), 'placement.nodeSelector', '{"os":"li nux"}'],
  ]),
  'placement-toleration': clusterRow([
    toleration({ operator: 'Exists' }), toleration({ key: 'db', value: 'x', effect: 'NoExecute', tolerationSeconds: 60 }),
  ], [
    [toleration({}), 'placement.tolerations', '{}'],
    [toleration({ key: 'db', operator: 'In' }), 'placement.tolerations', '{"key":"db","operator":"In"}'],
    [toleration({ key: 'db', operator: 'Exists', value: 'x' }), 'placement.tolerations', '{"key":"db","operator":"Exists","value":"x"}'],
    [toleration({ key: 'db', effect: 'Never' }), 'placement.tolerations', '{"effect":"Never","key":"db"}'],
    [toleration({ key: 'db', effect: 'NoSchedule', tolerationSeconds: 1 }), 'placement.tolerations', '{"effect":"NoSchedule","key":"db","tolerationSeconds":1}'],
  ]),
  'placement-topology-spread': clusterRow([spread({ maxSkew: 2, whenUnsatisfiable: 'ScheduleAnyway' })], [
    [spread({ maxSkew: 0 }), 'placement.topologySpread', '{"maxSkew":0,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}'],
    [spread({ topologyKey: '' }), 'placement.topologySpread', '{"maxSkew":1,"topologyKey":"","whenUnsatisfiable":"DoNotSchedule"}'],
    [spread({ whenUnsatisfiable: 'Never' }), 'placement.topologySpread', '{"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"Never"}'],
  ]),
  'placement-priority-class': clusterRow([placement({ priorityClassName: 'system-cluster-critical' })], [
    [placement({ priorityClassName: 'High' }), 'placement.priorityClassName', '"High"'],
  ]),
  'tls-secret': clusterRow([{ tls: Tls.fromSecret('orders-tls') }], [
    [{ tls: Tls.fromSecret('no name') }, 'tls.certificateEntry.name', '"no name"', 'tls-secret'],
  ]),
  'manifest-value': clusterRow([pod({ sidecars: [{ name: 'a', image: 'a:1' }] })], [
    [pod({ volumes: [{ name: 'a', csi: { driver: 'x', volumeAttributes: JSON.parse('{"constructor":"x"}') } }] }),
      'StatefulSet orders.spec.template.spec.volumes.4.csi.volumeAttributes.constructor', '"a value (not shown)"'],
  ]),
  'pod-part-type': clusterRow([pod({ sidecars: [{ name: 'a', image: 'a:1' }] })], [
    [pod({ sidecars: [{ name: 'a', image: 'a:1', ports: 'all' as never }] }), 'pod.sidecars[0].ports', '"(a string)"'],
  ]),
  'placement-scheduler': clusterRow([placement({ schedulerName: 'default-scheduler' })], [
    [placement({ schedulerName: 'my scheduler' }), 'placement.schedulerName', '"my scheduler"'],
  ]),
};
