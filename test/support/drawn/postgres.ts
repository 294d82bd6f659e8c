import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { entry, line, own, seconds, sizes, some } from './texts';
import {
  CallbackOptions, Credentials, Dcs, Fencing, IgnoredSlotOptions, InitdbOptions, PatroniOptions, PatroniTiming, PermanentSlot, PostgresOptions,
  RewindFailure, Synchronous, Tls,
} from 'cdk8s-spilo';

const RESERVED_NAMES = ['postgres', 'admin', 'cron_admin', 'robot_zmon', 'zalandos', 'true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null'];
const userName = fc.stringMatching(/^[a-z_][a-z0-9_]{0,30}$/).filter(name => !RESERVED_NAMES.includes(name) && !name.startsWith('pg_'));
const password = fc.stringMatching(/^[A-Za-z0-9_-]{1,30}$/).filter(text => !['zalando', 'standby', 'cola'].includes(text));

/** Users and passwords, of every factory. */
export function credentials(createsAdminUser: boolean): fc.Arbitrary<Credentials> {
  return fc.record({
    users: fc.uniqueArray(userName, { minLength: 2, maxLength: 2 }),
    keys: fc.uniqueArray(entry, { minLength: 3, maxLength: 3 }),
    passwords: fc.tuple(password, password, password),
    secret: own,
    hasDefaults: fc.boolean(),
    hasAdmin: createsAdminUser ? fc.boolean() : fc.constant(false),
    kind: fc.constantFrom('generated', 'fromSecret', 'fromSecrets', 'plainTextInManifest'),
  }).map(({ users, keys, passwords, secret, hasDefaults, hasAdmin, kind }) => {
    const names = { ...hasDefaults ? {} : { replicationName: users[0] }, ...hasAdmin ? { adminName: hasDefaults ? 'operator' : users[1] } : {} };
    const entries = hasDefaults ? {} : { superuserPasswordEntry: keys[0], replicationPasswordEntry: keys[1], adminPasswordEntry: keys[2] };
    const [superuser, replication, admin] = keys.map(key => ({ name: secret, key }));
    switch (kind) {
      case 'generated': return Credentials.generated(names);
      case 'fromSecret': return Credentials.fromSecret(secret, { ...names, ...entries });
      case 'fromSecrets': return Credentials.fromSecrets({ superuser, replication, ...hasAdmin ? { admin } : {} }, names);
      default: return Credentials.plainTextInManifest(
        { superuser: passwords[0], replication: passwords[1], ...hasAdmin ? { admin: passwords[2] } : {} }, { ...names, ...entries },
      );
    }
  });
}

const timing = fc.record({ loopWait: fc.integer({ min: 1, max: 30 }), retryTimeout: fc.integer({ min: 3, max: 30 }), spare: fc.nat(30) })
  .map(({ loopWait, retryTimeout, spare }) => PatroniTiming.of({
    ttl: Duration.seconds(Math.max(20, loopWait + 2 * retryTimeout, loopWait + 7) + spare),
    loopWait: Duration.seconds(loopWait),
    retryTimeout: Duration.seconds(retryTimeout),
  }));
const slotName = fc.oneof(fc.stringMatching(/^[a-z0-9_]{1,20}$/), fc.constantFrom('on', 'y', 'no', '1e3', '0777', 'null')).filter(name => name !== '__proto__');
/** Names of which some values would harm all members alike. */
const HARMFUL_TAGS = ['nofailover', 'nosync', 'nostream'];
const tagName = fc.oneof(fc.stringMatching(/^[a-z]{1,10}$/), fc.constantFrom('on', 'y', '1e3', '0777')).filter(name => !HARMFUL_TAGS.includes(name));
const text = line.filter(one => one.trim() !== '');
const slot = fc.oneof(fc.constant(PermanentSlot.physical()), fc.tuple(text, text).map(texts => PermanentSlot.logical(...texts)));
const ignoredSlot: fc.Arbitrary<IgnoredSlotOptions> = some<IgnoredSlotOptions>({ name: text, type: fc.constantFrom('physical', 'logical'), database: text, plugin: text })
  .filter(one => Object.keys(one).length > 0);

/** Margins for which every timing has room. */
const watchdog = seconds(1, 3).map(safetyMargin => Fencing.watchdog({ safetyMargin }));

/** Patroni, as its version, what was proven with the image and the number of members allow. */
export function patroni(instances: number, namespace: string | undefined, version: number, canFence: boolean): fc.Arbitrary<PatroniOptions> {
  const nodes = fc.integer({ min: 1, max: Math.max(1, instances - 1) });
  const modes = [Synchronous.on, Synchronous.strict, ...version >= 400 ? [Synchronous.quorum] : []];
  const failsafeMode = version >= 300 ? fc.constantFrom({}, { failsafeMode: true }, { failsafeMode: false }) : fc.constant({ failsafeMode: false });
  return fc.tuple(
    some<PatroniOptions>({
      dcs: fc.constantFrom(Dcs.endpoints(), Dcs.configMaps()),
      timing: fc.oneof(timing, fc.constantFrom(PatroniTiming.DEFAULT, PatroniTiming.FAST)),
      maximumLagOnFailover: sizes(1, 1024),
      synchronous: instances <= 1 ? fc.constant(Synchronous.off()) : fc.tuple(fc.constantFrom(...modes), nodes).map(([mode, count]) => mode(count)),
      primaryStartTimeout: seconds(0, 600),
      slots: fc.dictionary(slotName, slot, { maxKeys: 3 }),
      ignoreSlots: fc.array(ignoredSlot, { maxLength: 2 }),
      fencing: canFence ? fc.oneof(fc.constant(Fencing.probe()), watchdog) : fc.constant(Fencing.probe()),
      onRewindFailure: fc.constantFrom(...Object.values(RewindFailure)),
      tags: fc.dictionary(tagName, line, { maxKeys: 3 }),
      uncheckedConfiguration: fc.constantFrom({}, { restapi: { request_queue_size: 7 } }, { bootstrap: { dcs: { member_slots_ttl: '10min', check_timeline: true } } }),
      ...namespace === undefined ? {} : { bypassApiService: fc.boolean() },
    }),
    failsafeMode,
  ).map(parts => Object.assign({}, ...parts));
}

const parameters: fc.Arbitrary<{ [name: string]: string }> = fc.tuple(
  fc.dictionary(fc.stringMatching(/^example\.[a-z_]{1,10}$/), line, { maxKeys: 4 }),
  fc.constantFrom({}, { work_mem: '32MB' }, { max_connections: '300', wal_level: 'logical' }, { wal_keep_size: '1GB', shared_buffers: '64MB' }, { lc_time: 'C' }),
).map(parts => Object.assign({}, ...parts));

/** Clients with certificates, which need an authority, and a map of their names. */
export const CERTIFICATES: Partial<PostgresOptions> = {
  hba: ['hostssl\tapp\t+app\tsamenet\tcert map=on', '  local all all peer map=on '], ident: ['on  jane\tapp', 'on /^(.*)@x$ \\1'],
};

/** PostgreSQL of one of the majors. */
export function postgres(majors: readonly number[]): fc.Arbitrary<PostgresOptions> {
  return fc.record({
    version: fc.constantFrom(...majors),
    parameters,
    preloadLibraries: fc.uniqueArray(fc.constantFrom('auto_explain', 'pg_cron', 'pgaudit', '$libdir/own'), { maxLength: 3 }),
    hba: fc.uniqueArray(fc.constantFrom(
      'hostssl all all 10.0.0.0/8 scram-sha-256', 'host\tapp\t+app\tsamenet\tscram-sha-256', ' hostssl "a b",c all fd00::/8 md5  # people ',
    ), { minLength: 1, maxLength: 3 }),
    allowPlaintext: fc.boolean(),
    initdb: some<InitdbOptions>({
      locale: fc.constantFrom('C.UTF-8', 'en_US.utf8', 'C'), walSegmentSize: fc.constantFrom(1, 16, 1024).map(Size.mebibytes), uncheckedOptions: fc.constantFrom<{ [name: string]: string }>({}, { 'no-sync': '' }),
    }),
  }, { requiredKeys: ['version'] });
}

export const callback: fc.Arbitrary<CallbackOptions> = fc.record({ script: line.map(body => `#!/bin/sh\n${body}\n`), timeout: seconds(1, 600) }, { requiredKeys: ['script'] });

export const tls = fc.tuple(own, some({ certificateEntry: entry, privateKeyEntry: entry, caEntry: entry }))
  .map(([name, options]) => Tls.fromSecret(name, options));
