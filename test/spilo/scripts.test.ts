/**
 * A walk through the scripts of the image: every literal of theirs that a program could contradict. With another value the
 * script stops, does something else, or says nothing; so such a program is refused, whatever the image.
 */
import { EXAMPLE_NAMES, pinned } from '../support/examples';
import { environment } from '../support/kubernetes-expansion';
import { Props, readYaml, refusal, render } from '../support/render';
import { readAsSpilo } from '../support/spilo-yaml';
import { Credentials, SpiloImage } from 'cdk8s-spilo';

const IMAGES = Object.entries(SpiloImage).filter((entry): entry is [string, SpiloImage] => /^SPILO_/.test(entry[0]) && entry[1] instanceof SpiloImage);

const parameter = (name: string, value = 'x'): Props => ({ postgres: { parameters: { [name]: value } } });
const env = (name: string, value = 'x'): Props => ({ pod: { env: { [name]: value } } });
const replication = (replicationName: string): Props => ({ credentials: Credentials.generated({ replicationName }) });

/** What the script says, a program that contradicts it, and the rule that refuses it. */
const LITERALS: { readonly [script: string]: readonly (readonly [literal: string, props: Props, rule: string])[] } = {
  'post_init.sh': [
    ['views and functions belong to postgres', { credentials: Credentials.fromSecret('a', { superuserName: 'dba' } as any) }, 'unknown-property'],
    ...['admin', 'cron_admin', 'robot_zmon', 'zalandos'].map(role => [`${role} loses its login`, replication(role), 'credentials-user-spilo'] as const),
    ['the role for people stands in SQL without quotes', env('HUMAN_ROLE', 'my-team'), 'pod-env-human-role'],
    ['the role for people loses its rights', env('HUMAN_ROLE', 'postgres'), 'pod-env-human-role'],
    ['pg_cron is made in the database postgres', parameter('cron.database_name'), 'postgres-parameter-taken'],
    ['roles, views and functions are written', parameter('default_transaction_read_only', 'on'), 'postgres-parameter-taken'],
    ['tables are made', parameter('default_table_access_method', 'columnar'), 'postgres-parameter-taken'],
    ['extensions are those of the image', parameter('extension_control_path', '/ext'), 'postgres-search-path-of-files'],
    ['libraries are those of the image', parameter('dynamic_library_path', '/lib'), 'postgres-search-path-of-files'],
    ['it takes some time', parameter('statement_timeout', '10ms'), 'postgres-timeout'],
    ['pg_mon is made', { ...env('ENABLE_PG_MON', 'true'), postgres: { preloadLibraries: ['auto_explain'] } }, 'pod-env-pg-mon'],
    ['psql takes the usual socket', parameter('unix_socket_directories', '/tmp'), 'postgres-parameter-taken'],
    ['CREATE EXTENSION needs libraries of the image', parameter('shared_preload_libraries', 'pg_cron'), 'postgres-parameter-taken'],
  ],
  'on_role_change.sh': [
    ['the callback is a program of its own', env('CALLBACK_SCRIPT', 'true'), 'pod-env-reserved'],
    ['the callback is run by the kernel', { callback: { script: 'echo' } }, 'callback-script'],
  ],
  'configure_spilo.py': [
    ['another document than SPILO_CONFIGURATION', env('PATRONI_CONFIGURATION'), 'pod-env-reserved'],
    ['a bucket makes it archive', env('WAL_S3_BUCKET'), 'pod-env-reserved'],
    ['a prefix makes it archive', env('WALG_S3_PREFIX'), 'pod-env-reserved'],
    ['a scope makes it clone', env('CLONE_SCOPE'), 'pod-env-reserved'],
    ['a host makes it a standby', env('STANDBY_HOST'), 'pod-env-reserved'],
    ['an unknown provider stops it', env('SPILO_PROVIDER', 'hetzner'), 'pod-env-reserved'],
    ['any text is on', env('PAM_OAUTH2', 'false'), 'pod-env-switch'],
    ['a user with a known password', env('USE_ADMIN', 'true'), 'pod-env-reserved'],
    ['members announce another address', env('RESTAPI_CONNECT_ADDRESS', '10.0.0.1'), 'pod-env-reserved'],
    ['any text is on', env('KUBERNETES_USE_CONFIGMAPS', 'false'), 'pod-env-reserved'],
    ['another store than Kubernetes', env('ETCD3_HOST'), 'pod-env-reserved'],
    ['a version without binaries is replaced', { postgres: { version: 9 } }, 'postgres-version'],
    ['a locale is compiled or not', { postgres: { initdb: { locale: 'de_DE.UTF-8' } } }, 'postgres-locale'],
    ['names become YAML without quotes', replication('yes'), 'credentials-user-name'],
    ['names become lines of pg_hba.conf', replication('all'), 'credentials-user-name'],
  ],
  'launch.sh': [
    ['the data is below PGROOT', env('PGROOT', '/data'), 'pod-env-reserved'],
    ['files are written below RW_DIR', env('RW_DIR', '/tmp'), 'pod-env-reserved'],
    ['a demo has no cluster', env('DEMO', 'true'), 'pod-env-reserved'],
  ],
};

describe.each(IMAGES)('%s', (_, image) => {
  const version = (image._data as any).facts.postgresVersions.at(-1);
  const accepted = (props: Props = {}) => render({ image, ...props, postgres: { version, ...props.postgres } });

  test.each(Object.entries(LITERALS).flatMap(([script, rows]) => rows.map(([literal, props, rule]) => [script, literal, rule, props] as const)))(
    '%s: %s: %s', (__, ___, rule, props) => {
      expect(refusal(() => accepted(props))).toContain(`[${rule}]`);
    });

  test('post_init.sh finds every library whose extension it makes, also beside those of the user', () => {
    const libraries = accepted({ postgres: { version, preloadLibraries: ['auto_explain'] } }).configuration.postgresql.parameters.shared_preload_libraries.split(',');
    expect(libraries).toEqual(expect.arrayContaining(['bg_mon', 'pg_stat_statements', 'pgextwlist', 'pg_auth_mon', 'set_user', 'pg_cron', 'pg_stat_kcache', 'auto_explain']));
  });

  test('on_role_change.sh gets the callback as words without quotes', () => {
    expect(accepted({ callback: { script: '#!/bin/sh\n' } }).env.CALLBACK_SCRIPT).toMatch(/^[\w./ -]+$/);
  });
});

/** Variables that configure_spilo.py writes into its template, where Mustache replaces & < > " and '. */
const IN_TEMPLATE = /^(SCOPE|PGUSER_|SSL_|CALLBACK_SCRIPT|KUBERNETES_(ROLE|SCOPE)_LABEL|KUBERNETES_LEADER_LABEL_VALUE|PGVERSION|ALLOW_NOSSL|BGMON)/;
/** Variables that are on with any text. */
const SWITCHES = /^(USE_|ALLOW_NOSSL|DCS_ENABLE_|KUBERNETES_USE_|ENABLE_)/;

const MEMBERS = EXAMPLE_NAMES.flatMap(example => Object.values(pinned(example)).flatMap(readYaml)
  .filter(({ kind }) => kind === 'StatefulSet').map(({ metadata, spec }) => ({
    name: `${example}: ${metadata.name}`,
    env: environment(spec.template.spec.containers.find(({ name }: any) => name === 'postgres')?.env ?? []),
  })).filter(({ env: { SPILO_CONFIGURATION } }) => SPILO_CONFIGURATION !== undefined));

describe.each(MEMBERS.map(({ name, env: variables }) => [name, variables] as const))('the members of %s', (_, variables) => {
  test('hold nothing that the template replaces', () => {
    const texts = Object.entries(variables).filter(([name]) => IN_TEMPLATE.test(name));
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter(([, text]) => /[&<>"']|\{\{/.test(text))).toEqual([]);
  });

  test('hold no switch that is off', () => {
    expect(Object.entries(variables).filter(([name, text]) => SWITCHES.test(name) && text !== 'true')).toEqual([]);
  });

  test('give cron a list of lines without %, which cron takes for the end of the command', () => {
    const lines: string[] = JSON.parse(variables.CRONTAB ?? '[]');
    expect(lines.filter(line => !/^(\S+ ){5}\S/.test(line) || line.includes('%') || line.includes('\n'))).toEqual([]);
  });

  test('let the scripts in by the socket, before anything else', () => {
    expect(readAsSpilo(variables.SPILO_CONFIGURATION).postgresql.pg_hba[0]).toBe('local all all trust');
  });
});
