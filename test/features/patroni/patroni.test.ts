import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Size } from 'cdk8s';
import { tagValue } from '../../../src/features/patroni/tags';
import { render } from '../../support/render';
import { PatroniOptions, PatroniTiming, PermanentSlot, RewindFailure, SpiloImage, Synchronous } from 'cdk8s-spilo';

const configuration = (patroni: PatroniOptions = {}) => render({ patroni }).configuration;
const dynamic = (patroni: PatroniOptions = {}) => configuration(patroni).bootstrap.dcs;

test('by default Patroni has its own periods, is asynchronous, and goes on while the Kubernetes API is away', () => {
  expect(dynamic()).toMatchObject({
    ttl: 30,
    loop_wait: 10,
    retry_timeout: 10,
    maximum_lag_on_failover: 32 * 1024 * 1024,
    failsafe_mode: true,
    synchronous_mode: false,
    synchronous_mode_strict: false,
    synchronous_node_count: 1,
  });
});

test.each([
  ['DEFAULT', PatroniTiming.DEFAULT, [30, 10, 10]],
  ['FAST', PatroniTiming.FAST, [20, 5, 5]],
  ['of()', PatroniTiming.of({ ttl: Duration.minutes(1), loopWait: Duration.seconds(7), retryTimeout: Duration.seconds(20) }), [60, 7, 20]],
])('timing %s', (_, timing, [ttl, loopWait, retryTimeout]) => {
  expect(dynamic({ timing })).toMatchObject({ ttl, loop_wait: loopWait, retry_timeout: retryTimeout });
});

test('the profiles keep Patroni\'s rule that the lock outlives all retries', () => {
  for (const timing of [PatroniTiming.DEFAULT, PatroniTiming.FAST]) {
    const { ttl, loop_wait, retry_timeout } = dynamic({ timing });
    expect(loop_wait + 2 * retry_timeout).toBeLessThanOrEqual(ttl);
  }
});

test('maximumLagOnFailover is in bytes', () => {
  expect(dynamic({ maximumLagOnFailover: Size.kibibytes(1) }).maximum_lag_on_failover).toBe(1024);
});

describe('synchronous mode', () => {
  test.each([
    ['off', Synchronous.off(), false, false, 1],
    ['on', Synchronous.on(), true, false, 1],
    ['on, for two replicas', Synchronous.on(2), true, false, 2],
    ['strict, for two replicas', Synchronous.strict(2), true, true, 2],
    ['quorum, for two replicas', Synchronous.quorum(2), 'quorum', false, 2],
  ])('%s', (_, synchronous, on, strict, count) => {
    expect(dynamic({ synchronous }))
      .toMatchObject({ synchronous_mode: on, synchronous_mode_strict: strict, synchronous_node_count: count });
  });

  test('is said also when off: the live configuration may still say on', () => {
    expect(dynamic({ synchronous: Synchronous.off() })).toHaveProperty('synchronous_mode', false);
  });
});

describe('a leader whose PostgreSQL has crashed', () => {
  test.each([
    ['off', undefined, Synchronous.off(), 300],
    ['on', undefined, Synchronous.on(), 0],
    ['strict', undefined, Synchronous.strict(), 0],
    ['off', Duration.seconds(0), Synchronous.off(), 0],
    ['on', Duration.minutes(1), Synchronous.on(), 60],
  ])('in synchronous mode %s with %s', (_, primaryStartTimeout, synchronous, seconds) => {
    expect(dynamic({ synchronous, primaryStartTimeout })).toHaveProperty('primary_start_timeout', seconds);
  });

  test('has the period under its old name before Patroni 3', () => {
    const image = SpiloImage.of('spilo:1', { patroniVersion: '2.1.4', postgresVersions: [14] });
    const { dcs } = render({ image, postgres: { version: 14 }, patroni: { failsafeMode: false } }).configuration.bootstrap;
    expect(dcs).toHaveProperty('master_start_timeout', 300);
    expect(dcs).not.toHaveProperty('primary_start_timeout');
  });
});

test('failsafeMode can be switched off', () => {
  expect(dynamic({ failsafeMode: false }).failsafe_mode).toBe(false);
});

describe('slots', () => {
  test('are none by default, without a leftover', () => {
    expect(dynamic()).not.toHaveProperty('slots');
    expect(dynamic({ slots: {} })).not.toHaveProperty('slots');
  });

  test('are physical, or logical with database and plugin', () => {
    const slots = { archive: PermanentSlot.physical(), cdc: PermanentSlot.logical('shop', 'pgoutput') };
    expect(render({ patroni: { slots }, postgres: { parameters: { wal_level: 'logical' } } }).configuration.bootstrap.dcs.slots)
      .toEqual({ archive: { type: 'physical' }, cdc: { type: 'logical', database: 'shop', plugin: 'pgoutput' } });
  });

  test.each(['on', 'y', 'null', '123', '1e3', '0777', '1_0'])('may be called %s', name => {
    expect(Object.keys(dynamic({ slots: { [name]: PermanentSlot.physical() } }).slots)).toEqual([name]);
  });

  test('may be two of one kind without a reference from one to the other in the document', () => {
    const slot = PermanentSlot.physical();
    expect(render({ patroni: { slots: { a: slot, b: slot } } }).env.SPILO_CONFIGURATION).not.toMatch(/[&*]a\d/);
  });
});

describe('ignoreSlots', () => {
  test('keeps slots that Patroni does not know, which it drops otherwise as soon as nobody reads them', () => {
    const ignoreSlots = [{ type: 'logical', plugin: 'pgoutput' }, { name: 'debezium' }];
    expect(dynamic({ ignoreSlots }).ignore_slots).toEqual(ignoreSlots);
  });

  test('is not there by default', () => expect(dynamic()).not.toHaveProperty('ignore_slots'));
});

test('what has no property can be said unchecked, and has the last word', () => {
  const uncheckedConfiguration = { bootstrap: { dcs: { ttl: 60, check_timeline: true } }, postgresql: { pg_ctl_timeout: 120 } };
  const written = configuration({ uncheckedConfiguration });
  expect(written).toMatchObject(uncheckedConfiguration);
  expect(written.bootstrap.dcs.loop_wait).toBe(10);
  expect(written.postgresql.pg_hba).toEqual(configuration().postgresql.pg_hba);
});

test('a member that cannot be rewound waits for somebody, or is copied anew if told so', () => {
  const keys = ['remove_data_directory_on_rewind_failure', 'remove_data_directory_on_diverged_timelines'];
  const values = (patroni?: PatroniOptions) => keys.map(key => dynamic(patroni).postgresql[key]);
  expect(values()).toEqual([undefined, undefined]);
  expect(values({ onRewindFailure: RewindFailure.COPY_LEADER })).toEqual([true, true]);
});

describe('tags', () => {
  test('are none by default, without a leftover', () => {
    expect(configuration()).not.toHaveProperty('tags');
    expect(configuration({ tags: {} })).not.toHaveProperty('tags');
  });

  test('the words that become booleans, and the tags in which they do, are those that the property names', () => {
    const source = readFileSync(join(__dirname, '../../../src/features/patroni/patroni.ts'), 'utf8');
    const said = /Tags of every member, as Patroni knows them(.*?)@default/s.exec(source)![1];
    const words = [...said.slice(said.indexOf('become')).matchAll(/`(\w+)`/g)].map(([, word]) => word);
    const booleans = words.filter(word => word.length > 5);
    const isTrue = (word: string) => ['true', 'yes', 'on', 't', 'y', '1'].includes(word);
    expect([...booleans].sort()).toEqual(['clonefrom', 'nofailover', 'noloadbalance', 'nostream', 'nosync']);
    for (const word of words.filter(text => !booleans.includes(text))) {
      expect([word, tagValue('clonefrom', word), tagValue('nosync', word.toUpperCase())]).toEqual([word, isTrue(word), isTrue(word)]);
      expect(String(tagValue('site', word))).toBe(word);
    }
  });

  test('become booleans only where they are true or false', () => {
    expect(configuration({ tags: { clonefrom: 'true', noloadbalance: 'false', site: 'on', rack: '0777', since: '2026-11-21' } }).tags)
      .toEqual({ clonefrom: true, noloadbalance: false, site: 'on', rack: '0777', since: '2026-11-21' });
  });

  test('a word for false is false where Patroni asks, which takes any text for true', () => {
    expect(configuration({ tags: { nofailover: 'no', nosync: 'Off', clonefrom: 'yes', noloadbalance: '0', site: 'no' } }).tags)
      .toEqual({ nofailover: false, nosync: false, clonefrom: true, noloadbalance: false, site: 'no' });
  });
});

test('the dynamic configuration has no value that Patroni would not know', () => {
  const known = [
    'ttl', 'loop_wait', 'retry_timeout', 'maximum_lag_on_failover', 'failsafe_mode', 'primary_start_timeout', 'synchronous_mode',
    'synchronous_mode_strict', 'synchronous_node_count', 'slots', 'postgresql',
    // Patroni keeps what it does not know: here the library marks what comes from the program.
    'cdk8s_spilo',
  ];
  expect(Object.keys(dynamic({ slots: { a: PermanentSlot.physical() } })).filter(name => !known.includes(name))).toEqual([]);
});
