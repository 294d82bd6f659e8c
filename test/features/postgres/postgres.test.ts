import { Size } from 'cdk8s';
import { mayLogIn } from '../../../src/spilo/hba';
import { environment } from '../../support/kubernetes-expansion';
import { refusal, render } from '../../support/render';
import { readAsSpilo } from '../../support/spilo-yaml';
import { PermanentSlot, PostgresOptions } from 'cdk8s-spilo';

const configured = (postgres: Partial<PostgresOptions>) => render({ postgres }).configuration;
const local = (postgres: Partial<PostgresOptions>) => configured(postgres).postgresql.parameters;
const dynamic = (postgres: Partial<PostgresOptions>) => configured(postgres).bootstrap.dcs.postgresql.parameters;
const hba = (postgres: Partial<PostgresOptions>): string[] => configured(postgres).postgresql.pg_hba;

describe('parameters', () => {
  test('derive shared_buffers from the memory limit, since Spilo would take a fifth of the node', () => {
    expect(local({}).shared_buffers).toBe('256MB');
    expect(render({ resources: { memory: { limit: Size.gibibytes(6) } } }).configuration.postgresql.parameters.shared_buffers).toBe('1536MB');
    expect(render({ resources: { memory: { limit: Size.mebibytes(1001) } } }).configuration.postgresql.parameters.shared_buffers).toBe('250MB');
  });

  test('leave shared_buffers as it is given', () => {
    expect(local({ parameters: { shared_buffers: '64MB' } }).shared_buffers).toBe('64MB');
  });

  test('keep passwords as SCRAM verifiers', () => {
    expect(local({}).password_encryption).toBe('scram-sha-256');
  });

  test('say max_connections, since Spilo derives it from the memory of the first node, for ever', () => {
    expect(dynamic({})).toEqual({ max_connections: '100', wal_level: 'replica', wal_log_hints: 'on', archive_mode: 'on' });
  });

  test.each([
    'max_connections', 'max_locks_per_transaction', 'max_worker_processes', 'max_prepared_transactions', 'track_commit_timestamp', 'max_wal_senders',
    'max_replication_slots', 'wal_keep_size', 'wal_keep_segments',
  ])('that all members must have alike go where Patroni keeps them alike: %s', name => {
    const value = name === 'track_commit_timestamp' ? 'on' : '123';
    const postgres = { parameters: { [name]: value } };
    expect(dynamic(postgres)[name]).toBe(value);
    expect(local(postgres)).not.toHaveProperty(name);
  });

  test('of the user come before the defaults', () => {
    const postgres = { parameters: { tcp_keepalives_idle: '5', wal_level: 'logical', work_mem: '32MB' } };
    expect(local(postgres)).toMatchObject({ tcp_keepalives_idle: '5', work_mem: '32MB' });
    expect(dynamic(postgres).wal_level).toBe('logical');
  });

  test.each([
    'on', 'off', 'yes', 'no', 'y', 'n', 'true', 'null', '~', '', ' ', '0777', '0o17', '0x1F', '0b1', '1e3', '1.5', '.inf', '.nan', '1_000', '12:30:45', '-1',
    '2026-11-21', '2026-11-21T12:30:45Z', '$(POD_IP)', '$(SCOPE)', '$$', '$$(SCOPE)', '$é', 'a$', '$(', '%p', '{a: b}', '[a]', '# a', 'a: b', '- a', '&a', '*a',
    '!a', '|', '>', '@a', '`a`', '"a"', '\'a\'', 'it\'s', 'a\\nb', 'ünïcödé ☃ 😀', 'word '.repeat(60).trim(),
  ])('arrive as the text that they are: %j', value => {
    expect(local({ parameters: { 'example.text': value } })['example.text']).toBe(value);
  });

  test('have names that YAML reads as something else only when they stand in quotes', () => {
    expect(local({ parameters: { on: 'x', null: 'y' } })).toMatchObject({ on: 'x', null: 'y' });
  });
});

describe('preloadLibraries', () => {
  test('leave Spilo\'s own list alone where nothing is added', () => {
    expect(local({})).not.toHaveProperty('shared_preload_libraries');
    expect(local({ preloadLibraries: [] })).not.toHaveProperty('shared_preload_libraries');
  });

  test('append to Spilo\'s list, which its script needs for CREATE EXTENSION', () => {
    expect(local({ preloadLibraries: ['auto_explain', 'pgaudit'] }).shared_preload_libraries)
      .toBe('bg_mon,pg_stat_statements,pgextwlist,pg_auth_mon,set_user,timescaledb,pg_cron,pg_stat_kcache,auto_explain,pgaudit');
  });

  test('keep their order where Spilo\'s own are among them: some have to be loaded first', () => {
    const first = ['citus', 'bg_mon', 'pg_stat_statements', 'pgextwlist', 'pg_auth_mon', 'set_user', 'timescaledb', 'pg_cron', 'pg_stat_kcache'];
    expect(local({ preloadLibraries: first }).shared_preload_libraries).toBe(first.join());
  });

  test('name no library twice', () => {
    const names: string[] = local({ preloadLibraries: ['pg_cron', 'pgaudit'] }).shared_preload_libraries.split(',');
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
  });
});

describe('hba', () => {
  test('lets clients in over TLS with SCRAM, and nobody without TLS', () => {
    expect(hba({})).toEqual([
      'local all all trust',
      'local replication standby trust',
      'host all all 127.0.0.1/32 scram-sha-256',
      'host all all ::1/128 scram-sha-256',
      'hostssl replication standby all scram-sha-256',
      'hostssl all postgres all scram-sha-256',
      'hostnossl all all all reject',
      'hostssl all all all scram-sha-256',
    ]);
  });

  test('of the user replaces only the line of clients: Patroni and replicas keep theirs', () => {
    const lines = hba({ hba: ['hostssl app app 10.0.0.0/8 scram-sha-256'] });
    expect(lines).toEqual([...hba({}).slice(0, -1), 'hostssl app app 10.0.0.0/8 scram-sha-256']);
  });

  test('may have comments, which arrive and let nobody in', () => {
    const lines = ['# the shop', 'hostssl app app all md5 # since May', ''];
    expect(hba({ hba: lines })).toEqual([...hba({}).slice(0, -1), ...lines]);
    expect(mayLogIn(hba({ hba: lines }), { database: 'postgres', user: 'pooler', hasCertificate: false })).toBe(false);
  });

  test('may be aligned with tabs, as is custom: one space arrives', () => {
    expect(hba({ hba: ['  hostssl\tapp\t app   10.0.0.0/8\tscram-sha-256 '] }).pop()).toBe('hostssl app app 10.0.0.0/8 scram-sha-256');
  });
});

test('ident is pg_ident.conf, to which lines with map= refer', () => {
  const [ident, hba_] = [['people /^(.*)@example.org$ \\1'], ['local all all peer map=people']];
  expect(configured({ ident, hba: hba_ }).postgresql.pg_ident).toEqual(ident);
  expect(configured({}).postgresql).not.toHaveProperty('pg_ident');
});

describe('allowPlaintext', () => {
  test('is told to Spilo only when on: any value means true to it', () => {
    expect(render().env).not.toHaveProperty('ALLOW_NOSSL');
    expect(render({ postgres: { allowPlaintext: false } }).env).not.toHaveProperty('ALLOW_NOSSL');
    expect(render({ postgres: { allowPlaintext: true } }).env.ALLOW_NOSSL).toBe('true');
  });

  test('lets clients in without TLS, still with SCRAM', () => {
    expect(hba({ allowPlaintext: true }).slice(6)).toEqual(['host all all all scram-sha-256']);
  });
});

describe('initdb', () => {
  const options = (initdb: Partial<PostgresOptions>['initdb']) => configured({ initdb }).bootstrap.initdb;

  test('keeps UTF-8 and data checksums, which Spilo drops as soon as somebody adds an option', () => {
    expect(options({})).toEqual([{ encoding: 'UTF8' }, { locale: 'en_US.UTF-8' }, 'data-checksums']);
    expect(options({ locale: 'C.UTF-8', walSegmentSize: Size.mebibytes(64) }))
      .toEqual([{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums', { 'wal-segsize': '64' }]);
  });

  test('takes further options, such as those for nodes with huge pages: parameters do not reach initdb', () => {
    expect(options({ uncheckedOptions: { 'set': 'huge_pages=off', 'locale-provider': 'icu' } }))
      .toEqual([{ encoding: 'UTF8' }, { locale: 'en_US.UTF-8' }, 'data-checksums', { set: 'huge_pages=off' }, { 'locale-provider': 'icu' }]);
  });
});

test('a replica is copied with a fast checkpoint, so that it is ready in seconds and not in minutes', () => {
  expect(configured({}).postgresql).toMatchObject({ basebackup: [{ checkpoint: 'fast' }], create_replica_methods: ['basebackup'] });
});

test('a version that the image does not have is refused with those that it has', () => {
  expect(refusal(() => render({ postgres: { version: 12 } }))).toContain('received 12, allowed: one of the majors in the image: 13, 14, 15, 16, 17');
});

test('Patroni may rewind and uses slots', () => {
  expect(configured({}).bootstrap.dcs.postgresql).toMatchObject({ use_pg_rewind: true, use_slots: true });
});

test('the rollout Job writes the dynamic configuration with the same values', () => {
  const rendered = render({
    postgres: { parameters: { max_connections: '300', wal_keep_size: '1GB', wal_level: 'logical' } },
    patroni: { slots: { cdc: PermanentSlot.logical('$(SCOPE)$$', 'pgoutput') } },
  });
  const [container] = rendered.get('Job').spec.template.spec.containers;
  const { postgresql, slots } = readAsSpilo(environment(container.env).DYNAMIC_CONFIGURATION);
  expect(postgresql.parameters).toMatchObject({ max_connections: '300', wal_keep_size: '1GB' });
  expect(slots.cdc.database).toBe('$(SCOPE)$$');
});
