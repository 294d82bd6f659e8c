import { Cron, Duration, Size } from 'cdk8s';
import { render, Rendered } from '../../support/render';
import {
  Backup, BackupCompression, BackupEncryption, BackupOptions, BackupStore, InitdbOptions, S3Credentials, SpiloImage,
} from 'cdk8s-spilo';

const STORE = BackupStore.existingClaim('backups');
const withBackup = (options: BackupOptions = {}) => render({ backup: Backup.to(STORE, options) });
const settings = (rendered: Rendered) => rendered.get('ConfigMap', 'orders-walg').data;
const postgresql = (rendered: Rendered) => rendered.configuration.postgresql;

test('without a store nothing is archived, and replicas are copied from the leader', () => {
  const none = render({ backup: Backup.none() });
  expect(none.crontab).toEqual([]);
  expect(none.env).not.toHaveProperty('CRONTAB');
  expect(postgresql(none).parameters).not.toHaveProperty('archive_command');
  expect(postgresql(none).create_replica_methods).toEqual(['basebackup']);
  expect(none.all('ConfigMap').map(({ metadata }) => metadata.name)).not.toContain('orders-walg');
});

test('archive mode is on also without a store: it takes a restart to switch it on', () => {
  expect(render().configuration.bootstrap.dcs.postgresql.parameters.archive_mode).toBe('on');
});

describe('archive and restore', () => {
  test('go through the envdir, by a command that wins over Spilo\'s own, which does nothing for stores that Spilo does not know', () => {
    expect(postgresql(withBackup()).parameters.archive_command).toMatch(/^envdir \/etc\/wal-g\/env .*wal-g wal-push .*"%p"$/);
    expect(postgresql(withBackup()).recovery_conf.restore_command).toMatch(/^envdir \/etc\/wal-g\/env .*"%f" "%p"$/);
  });

  test('leave the container\'s own variables alone, with which Spilo would take its own way', () => {
    expect(Object.keys(withBackup().env).filter(name => /^(WALG|WALE|USE_WALG|AWS)/.test(name))).toEqual([]);
  });

  test('archive a segment that is not full after five minutes, or as told', () => {
    expect(postgresql(withBackup()).parameters.archive_timeout).toBe('300s');
    expect(postgresql(withBackup({ archiveTimeout: Duration.minutes(1) })).parameters.archive_timeout).toBe('60s');
  });

  test('make replicas from the store, also while there is no leader, and from the leader where that fails', () => {
    const { create_replica_methods: methods, ...rest } = postgresql(withBackup());
    expect(methods).toHaveLength(2);
    expect(methods[1]).toBe('basebackup');
    expect(rest[methods[0]]).toMatchObject({ no_leader: 1, no_master: 1, command: expect.stringContaining('envdir /etc/wal-g/env') });
  });
});

describe('the crontab', () => {
  test('makes a base backup every night at one, and one as soon as there is none', () => {
    const [nightly, first] = withBackup().crontab;
    expect(nightly).toMatch(/^0 1 \* \* \* envdir \/etc\/wal-g\/env \S.* \/home\/postgres\/pgdata\/pgroot\/data /);
    expect(first).toMatch(/^\* \* \* \* \* .* envdir \/etc\/wal-g\/env \S.* \/home\/postgres\/pgdata\/pgroot\/data /);
  });

  test('follows the schedule', () => {
    const schedule = Cron.schedule({ minute: '15', hour: '*/6', weekDay: '1-5' });
    expect(withBackup({ schedule }).crontab[0]).toMatch(/^15 \*\/6 \* \* 1-5 envdir /);
  });

  test('has no percent sign, which cron takes for a line break', () => {
    expect(withBackup().crontab.join()).not.toContain('%');
  });

  test('sends what is said to a file, since cron would mail it to nobody', () => {
    for (const line of withBackup().crontab) { expect(line).toMatch(/ >>\S+ 2>&1$/); }
  });
});

describe('the envdir', () => {
  test('is a directory of the settings, which only the group of postgres reads', () => {
    const { pod, database } = withBackup();
    const volume = pod.volumes.find(({ name }: { name: string }) => name === 'walg');
    expect(volume.projected).toEqual({ defaultMode: 0o440, sources: [{ configMap: { name: 'orders-walg' } }] });
    expect(database.volumeMounts).toContainEqual({ name: 'walg', mountPath: '/etc/wal-g/env', readOnly: true });
  });

  test('switches Spilo\'s scripts to wal-g and connects to the server beside it', () => {
    expect(settings(withBackup())).toMatchObject({
      USE_WALG_BACKUP: 'true', USE_WALG_RESTORE: 'true', PGHOST: '/var/run/postgresql', PGPORT: '5432', PGUSER: 'postgres', TMPDIR: '/tmp',
    });
  });

  test('names the place of the version that is said, whatever else the image has', () => {
    for (const image of [SpiloImage.SPILO_16_3_3_P3, SpiloImage.SPILO_17_4_0_P3]) {
      const rendered = render({ image, postgres: { version: 16 }, backup: Backup.to(STORE) });
      expect([rendered.env.PGVERSION, settings(rendered).WALG_FILE_PREFIX]).toEqual(['16', '/backup/orders/16']);
    }
  });

  test('protects the archive of a predecessor in the same place', () => {
    expect(settings(withBackup()).WALG_PREVENT_WAL_OVERWRITE).toBe('true');
  });

  test('has one line in every file: envdir reads no more', () => {
    const everything = withBackup({
      retain: 7, retainFor: Duration.days(30), compression: BackupCompression.ZSTD, deltaSteps: 6, uncheckedWalgSettings: { WALG_TAR_SIZE_THRESHOLD: '1' },
    });
    for (const text of Object.values(settings(everything))) { expect(text).not.toContain('\n'); }
  });

  test.each([
    [{ retain: 7 }, { BACKUP_NUM_TO_RETAIN: '7' }],
    [{ retainFor: Duration.days(30) }, { BACKUP_RETAIN_SECONDS: '2592000' }],
    [{ compression: BackupCompression.ZSTD }, { WALG_COMPRESSION_METHOD: 'zstd' }],
    [{ deltaSteps: 6 }, { WALG_DELTA_MAX_STEPS: '6' }],
    [{ uploadConcurrency: 3 }, { WALG_UPLOAD_CONCURRENCY: '3' }],
    [{ downloadConcurrency: 4 }, { WALG_DOWNLOAD_CONCURRENCY: '4' }],
    [{ diskRateLimit: Size.mebibytes(1) }, { WALG_DISK_RATE_LIMIT: '1048576' }],
    [{ networkRateLimit: Size.mebibytes(2) }, { WALG_NETWORK_RATE_LIMIT: '2097152' }],
    [{ fromReplica: true }, { BACKUP_FROM_REPLICA: 'true' }],
    [{ uncheckedWalgSettings: { WALG_TAR_SIZE_THRESHOLD: '1' } }, { WALG_TAR_SIZE_THRESHOLD: '1' }],
  ] as [BackupOptions, { [name: string]: string }][])('carries %j', (options, expected) => {
    expect(settings(withBackup(options))).toMatchObject(expected);
    const [name] = Object.keys(expected);
    if (name !== 'BACKUP_NUM_TO_RETAIN') { expect(settings(withBackup())).not.toHaveProperty(name); }
  });

  test('leaves out a switch that is off, since any value means on', () => {
    expect(settings(withBackup({ fromReplica: false }))).not.toHaveProperty('BACKUP_FROM_REPLICA');
  });
});

describe('the size of WAL segments', () => {
  const told = (walSegmentSize: InitdbOptions['walSegmentSize']) =>
    settings(render({ backup: Backup.to(STORE), postgres: { version: 17, initdb: { walSegmentSize } } })).WALG_PG_WAL_SIZE;

  test('is told to wal-g, which else takes whole backups for damaged ones and makes none from a replica', () => {
    expect(told(Size.mebibytes(64))).toBe('64');
    expect(told(Size.gibibytes(1))).toBe('1024');
  });

  test('is not told where it is what wal-g assumes', () => {
    expect(told(Size.mebibytes(16))).toBeUndefined();
    expect(told(undefined)).toBeUndefined();
  });
});

test('the programs are mounted where the commands look for them', () => {
  const { database, configuration, pod } = withBackup();
  const { mountPath } = database.volumeMounts.find(({ name }: { name: string }) => name === 'programs');
  expect(configuration.postgresql.parameters.archive_command).toContain(`python3 ${mountPath}/owner.py`);
  expect(pod.volumes).toContainEqual({ name: 'programs', configMap: { name: 'orders-programs' } });
});

test('secrets reach the members as projections, which follow a rotation, and never as text', () => {
  const store = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret('s3') });
  const encryption = BackupEncryption.pgp({ name: 'pgp', key: 'private' }, { name: 'pgp', key: 'passphrase' });
  const { pod } = render({ backup: Backup.to(store, { encryption }) });
  const sources = pod.volumes.flatMap(({ projected }: any) => projected?.sources ?? []).flatMap(({ secret }: any) => secret ?? []);
  expect(sources).toEqual(expect.arrayContaining([
    { name: 's3', items: [{ key: 'AWS_ACCESS_KEY_ID', path: 'AWS_ACCESS_KEY_ID' }] },
    { name: 's3', items: [{ key: 'AWS_SECRET_ACCESS_KEY', path: 'AWS_SECRET_ACCESS_KEY' }] },
    { name: 'pgp', items: [{ key: 'passphrase', path: 'WALG_PGP_KEY_PASSPHRASE' }] },
    { name: 'pgp', items: [{ key: 'private', path: 'pgp.key' }] },
  ]));
});

test('no factory throws, whatever it is given', () => {
  expect(() => [Backup.to(undefined as any), Backup.to(STORE, null as any), BackupEncryption.pgp(undefined as any)]).not.toThrow();
});

test('the options are copied: a change after the call changes nothing', () => {
  const options = { retain: 7 };
  const backup = Backup.to(STORE, options);
  options.retain = 99;
  expect(settings(render({ backup })).BACKUP_NUM_TO_RETAIN).toBe('7');
});

describe('a base backup on demand', () => {
  const cronJob = (rendered: Rendered) => rendered.get('CronJob', 'orders-base-backup');
  const container = (rendered: Rendered) => cronJob(rendered).spec.jobTemplate.spec.template.spec.containers[0];

  test('is a CronJob that never runs by itself, and says that backups are not off', () => {
    expect(cronJob(withBackup()).spec.suspend).toBe(true);
    expect(cronJob(withBackup()).metadata.annotations).toEqual({
      'cdk8s-spilo/suspended': expect.stringMatching(/^Suspended on purpose: cron in the members .* kubectl create job --from=cronjob\/orders-base-backup NAME$/),
    });
  });

  test('runs once: a second try would be another base backup', () => {
    expect(cronJob(withBackup()).spec.jobTemplate.spec.backoffLimit).toBe(0);
  });

  test('asks the leader with the superuser\'s password from the Secret, and has no token', () => {
    const { template } = cronJob(withBackup()).spec.jobTemplate.spec;
    expect(template.spec.automountServiceAccountToken).toBe(false);
    expect(container(withBackup()).env).toContainEqual(
      { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: 'orders-passwords', key: 'superuser-password' } } });
    expect(JSON.parse(container(withBackup()).env[0].value)).toMatchObject({ host: 'orders', port: 5432, user: 'postgres' });
  });

  test('reads the store and cannot write to its volume', () => {
    expect(container(withBackup()).volumeMounts).toContainEqual({ name: 'walg-backup', mountPath: '/backup', readOnly: true });
  });

  test('is not there without a store, or when it is not wanted', () => {
    expect(withBackup({ onDemand: false }).all('CronJob')).toEqual([]);
    expect(render({ backup: Backup.none() }).all('CronJob')).toEqual([]);
  });
});

test('Jobs are what the members are to a store that trusts their ServiceAccount', () => {
  const store = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.workloadIdentity('arn:aws:iam::123456789012:role/orders') });
  const rendered = render({ backup: Backup.to(store, { restoreDrill: { scratch: { size: Size.gibibytes(1) } } }) });
  const accounts = rendered.all('CronJob').map(({ spec }) => spec.jobTemplate.spec.template.spec.serviceAccountName);
  expect(accounts).toEqual([rendered.pod.serviceAccountName, rendered.pod.serviceAccountName]);
});
