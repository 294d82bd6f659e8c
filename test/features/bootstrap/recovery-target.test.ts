import { render, secretNamed } from '../../support/render';
import { Bootstrap, BackupStore, CloneSource, RecoveryTarget, S3Credentials } from 'cdk8s-spilo';

function method(target?: RecoveryTarget): any {
  const store = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret(secretNamed('key')) });
  return render({ bootstrap: Bootstrap.clone(CloneSource.backups(store, { clusterName: 'old' }), target) }).configuration.bootstrap.clone_from_backups;
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
    command: 'envdir /etc/wal-g/source-env python3 /etc/wal-g/clone-program/clone.py store',
    recovery_conf: {
      restore_command: expect.stringMatching(/^envdir \/etc\/wal-g\/source-env .*"%f" "%p"$/), recovery_target_timeline: 'latest', recovery_target_action: 'promote',
    },
  });
});

test('a target says timeline, pause and whether it is inclusive', () => {
  expect(method(RecoveryTarget.lsn('0/5000060', { timeline: 3, pause: true, inclusive: false })).recovery_conf).toMatchObject({
    recovery_target_lsn: '0/5000060', recovery_target_timeline: '3', recovery_target_action: 'pause', recovery_target_inclusive: 'false',
  });
});
