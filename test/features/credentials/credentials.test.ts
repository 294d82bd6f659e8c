import { ISecret, Secret } from 'cdk8s-plus-27';
import { settleSpiloImage } from '../../../src/spilo/image';
import { cluster, render, chart } from '../../support/render';
import { Credentials, SpiloImage } from 'cdk8s-spilo';

const decode = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
/** The variables of users, with the references of the passwords. */
function users(credentials: Credentials) {
  const { env } = render({ credentials, image: SpiloImage.SPILO_16_3_3_P3, postgres: { version: 16 } });
  const passwords = Object.entries(env).filter(([name]) => name.startsWith('PGPASSWORD_')).map(([name, text]) => [name, JSON.parse(text).secretKeyRef]);
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('PGUSER_'))), ...Object.fromEntries(passwords) };
}

describe('fromSecret()', () => {
  test('names both users and the keys of their passwords', () => {
    expect(users(Credentials.fromSecret('mine'))).toEqual({
      PGUSER_SUPERUSER: 'postgres',
      PGPASSWORD_SUPERUSER: { name: 'mine', key: 'superuser-password' },
      PGUSER_STANDBY: 'standby',
      PGPASSWORD_STANDBY: { name: 'mine', key: 'replication-password' },
    });
  });

  test('takes other names and keys', () => {
    const options = {
      superuserPasswordEntry: 'root', replicationName: 'streamer', replicationPasswordEntry: 'stream', adminName: 'boss', adminPasswordEntry: 'boss',
    };
    expect(users(Credentials.fromSecret('mine', options))).toEqual({
      PGUSER_SUPERUSER: 'postgres',
      PGPASSWORD_SUPERUSER: { name: 'mine', key: 'root' },
      PGUSER_STANDBY: 'streamer',
      PGPASSWORD_STANDBY: { name: 'mine', key: 'stream' },
      PGUSER_ADMIN: 'boss',
      PGPASSWORD_ADMIN: { name: 'mine', key: 'boss' },
    });
  });

  test('takes a Secret that the same program makes', () => {
    const scope = chart('shop');
    const mine: ISecret = new Secret(scope, 'Mine', { stringData: { 'superuser-password': 'a', 'replication-password': 'b' } });
    expect(users(Credentials.fromSecret(mine.name)).PGPASSWORD_SUPERUSER).toEqual({ name: mine.name, key: 'superuser-password' });
  });

  test('gives pg_hba.conf the name of the replication user', () => {
    const lines = render({ credentials: Credentials.fromSecret('mine', { replicationName: 'streamer' }) }).configuration.postgresql.pg_hba;
    expect(lines).toEqual(expect.arrayContaining(['local replication streamer trust', 'hostssl replication streamer all scram-sha-256']));
    expect(lines.join()).not.toContain('standby');
  });
});

describe('fromSecrets()', () => {
  test('takes a Secret for each user, as operators make them, with equal keys', () => {
    const entry = (name: string) => ({ name, key: 'password' });
    expect(users(Credentials.fromSecrets({ superuser: entry('a'), replication: entry('b') }, { replicationName: 'streamer' }))).toEqual({
      PGUSER_SUPERUSER: 'postgres', PGPASSWORD_SUPERUSER: entry('a'), PGUSER_STANDBY: 'streamer', PGPASSWORD_STANDBY: entry('b'),
    });
  });
});

describe('plainTextInManifest()', () => {
  const credentials = Credentials.plainTextInManifest({ superuser: 'one', replication: 'two', admin: 'three' }, { adminName: 'boss' });
  const rendered = render({ credentials, image: SpiloImage.SPILO_16_3_3_P3, postgres: { version: 16 } });

  test('makes a Secret named as the cluster, with the passwords as data', () => {
    const { metadata, type, data } = rendered.get('Secret');
    expect([metadata.name, type]).toEqual(['orders', 'Opaque']);
    expect(Object.fromEntries(Object.entries(data as { [key: string]: string }).map(([key, text]) => [key, decode(text)])))
      .toEqual({ 'superuser-password': 'one', 'replication-password': 'two', 'admin-password': 'three' });
  });

  test('puts the passwords under other keys, where others are given', () => {
    const other = Credentials.plainTextInManifest({ superuser: 'one', replication: 'two' }, { superuserPasswordEntry: 'a', replicationPasswordEntry: 'b' });
    expect(Object.keys(render({ credentials: other }).get('Secret').data)).toEqual(['a', 'b']);
  });

  test('keeps a copy of the passwords', () => {
    const passwords = { superuser: 'one', replication: 'two' };
    const copied = Credentials.plainTextInManifest(passwords);
    passwords.superuser = 'changed';
    expect(decode(render({ credentials: copied }).get('Secret').data['superuser-password'])).toBe('one');
  });

  test('is what connections use', () => {
    expect(cluster({ credentials, image: SpiloImage.SPILO_16_3_3_P3, postgres: { version: 16 } }).superuserPassword).toEqual({ name: 'orders', key: 'superuser-password' });
  });
});

test('Spilo\'s user ADMIN exists only where a program names it, and then with a password of its own', () => {
  expect(users(Credentials.fromSecret('mine'))).not.toHaveProperty('PGUSER_ADMIN');
  expect(users(Credentials.fromSecret('mine', { adminPasswordEntry: 'x' }))).not.toHaveProperty('PGPASSWORD_ADMIN');
});

test.each(Object.entries(SpiloImage).filter(([, image]) => image instanceof SpiloImage) as [string, SpiloImage][])(
  'with %s no user has one of Spilo\'s built-in passwords', (_, image) => {
    const { env } = render({ image, postgres: { version: Math.max(...settleSpiloImage(image).postgresVersions) } });
    expect(Object.keys(env).filter(name => /^PG(USER|PASSWORD)_/.test(name)).sort())
      .toEqual(['PGPASSWORD_STANDBY', 'PGPASSWORD_SUPERUSER', 'PGUSER_STANDBY', 'PGUSER_SUPERUSER']);
    expect(JSON.parse(env.PGPASSWORD_SUPERUSER)).toHaveProperty('secretKeyRef');
    expect(JSON.parse(env.PGPASSWORD_STANDBY)).toHaveProperty('secretKeyRef');
  },
);
