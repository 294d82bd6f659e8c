import { render, secretNamed } from './support/render';
import { BackupStore, Bootstrap, CloneSource, RecoveryTarget, S3Credentials } from 'cdk8s-spilo';

const STORE = BackupStore.s3({ bucket: 'backups', region: 'eu-central-1', credentials: S3Credentials.fromSecret(secretNamed('s3')) });
const BACKUPS = CloneSource.backups(STORE, { clusterName: 'old' });

/** What the program of the clone and PostgreSQL are told. */
const conf = (target?: RecoveryTarget) => {
  const { method: name, ...rest } = render({ bootstrap: Bootstrap.clone(BACKUPS, target) }).configuration.bootstrap;
  const { restore_command: _, ...recovery } = rest[name].recovery_conf;
  return { command: rest[name].command.split(' ').slice(4).join(' '), ...recovery };
};

test.each([
  ['none is the end of the archive', undefined, { command: 'store', recovery_target_timeline: 'latest', recovery_target_action: 'promote' }],
  ['latest()', RecoveryTarget.latest(2), { command: 'store', recovery_target_timeline: '2', recovery_target_action: 'promote' }],
  ['time()', RecoveryTarget.time('2026-11-21T09:30:00Z', { inclusive: false }), {
    command: 'store --time=2026-11-21T09:30:00Z',
    recovery_target_timeline: 'latest',
    recovery_target_action: 'promote',
    recovery_target_time: '2026-11-21T09:30:00Z',
    recovery_target_inclusive: 'false',
  }],
  ['lsn()', RecoveryTarget.lsn('0/3000060', { pause: true }), {
    command: 'store --lsn=0/3000060', recovery_target_timeline: 'latest', recovery_target_action: 'pause', recovery_target_lsn: '0/3000060',
  }],
  ['restorePoint()', RecoveryTarget.restorePoint('on', 'base_000000010000000000000004', { timeline: 1 }), {
    command: 'store --backup=base_000000010000000000000004',
    recovery_target_timeline: '1',
    recovery_target_action: 'promote',
    recovery_target_name: 'on',
  }],
])('%s', (_, target, expected) => {
  expect(conf(target)).toEqual(expected);
});

test.failing('with a space in its time is still one argument of the command', () => {
  expect(conf(RecoveryTarget.time('2026-11-21 09:30:00+01:00')).command.split(' ')).toHaveLength(2);
});
