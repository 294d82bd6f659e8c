import { render } from '../../support/render';
import { BackupStore, Bootstrap, RecoveryTarget, S3Credentials } from 'cdk8s-spilo';

function method(target?: RecoveryTarget): any {
  const store = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret('key') });
  return render({ bootstrap: Bootstrap.fromBackups({ store, clusterName: 'old' }, target) }).configuration.bootstrap.clone_from_backups;
}

test.each([
  ['2026-11-21T09:30:00Z', '2026-11-21T09:30:00+00:00'],
  ['2026-11-21 09:30:00.123456Z', '2026-11-21T09:30:00.123456+00:00'],
  ['2026-11-21T10:30:00+01', '2026-11-21T10:30:00+01:00'],
  ['2026-11-21T10:30:00+0130', '2026-11-21T10:30:00+01:30'],
  ['2026-11-21T10:30:00-05:00', '2026-11-21T10:30:00-05:00'],
])('the zone of %s is a number, for PostgreSQL and for the program', (given, expected) => {
  const { command, recovery_conf: conf } = method(RecoveryTarget.time(given));
  expect(conf.recovery_target_time).toBe(expected);
  expect(command.split(' ')).toContain(`--time=${expected}`);
});

test('without a target all WAL is replayed, and the cluster is opened', () => {
  expect(method()).toEqual({
    command: 'envdir /etc/wal-g/source-env python3 /etc/cdk8s-spilo/programs/clone.py store',
    recovery_conf: {
      restore_command: expect.stringMatching(/^envdir \/etc\/wal-g\/source-env .*"%f" "%p"$/), recovery_target_timeline: 'latest', recovery_target_action: 'promote',
    },
  });
});

test('a target says timeline, pause and whether it is inclusive', () => {
  const { command, recovery_conf: conf } = method(RecoveryTarget.lsn('0/5000060', { timeline: 3, pause: true, inclusive: false }));
  expect(conf).toMatchObject({
    recovery_target_lsn: '0/5000060', recovery_target_timeline: '3', recovery_target_action: 'pause', recovery_target_inclusive: 'false',
  });
  expect(command).toMatch(/ store --lsn=0\/5000060 --timeline=3$/);
});

test('only a base backup that leads to the timeline is chosen: the program knows it too', () => {
  expect(method(RecoveryTarget.latest(2)).command).toMatch(/ store --timeline=2$/);
});

test('a restore point needs the name of a base backup before it', () => {
  const { command, recovery_conf: conf } = method(RecoveryTarget.restorePoint('before', 'base_000000010000000000000004'));
  expect(conf.recovery_target_name).toBe('before');
  expect(command).toMatch(/ store --backup=base_000000010000000000000004$/);
});
