import { Duration, Size } from 'cdk8s';
import { chart, Props, SHORTEST } from '../support/render';
import { clusterRow, Rows, synthesized } from '../support/rule-rows';
import { Fencing, PatroniOptions, PatroniTiming, PermanentSlot, SpiloCluster, SpiloImage, Synchronous } from 'cdk8s-spilo';

const patroni = (options: PatroniOptions): Props => ({ patroni: options });
const seconds = (amount: number) => Duration.millis(amount * 1000);
const timing = (ttl: number, loopWait: number, retryTimeout: number): Props =>
  patroni({ timing: PatroniTiming.of({ ttl: seconds(ttl), loopWait: seconds(loopWait), retryTimeout: seconds(retryTimeout) }) });
const fenced = (margin: number): Props => patroni({ fencing: Fencing.watchdog({ safetyMargin: seconds(margin) }) });
const slots = (given: { [name: string]: PermanentSlot }): Props => patroni({ slots: given });
const tags = (given: { [name: string]: string }): Props => patroni({ tags: given });
const synchronous = (given: Synchronous): Props => patroni({ synchronous: given });
const wal_level = { postgres: { parameters: { wal_level: 'logical' } } };

/** Rules of Patroni. */
export const rows: Rows = {
  'patroni-period': clusterRow([timing(20, 1, 3)], [
    [timing(19, 1, 3), 'patroni.timing.ttl', '19'],
    [timing(20, 0, 3), 'patroni.timing.loopWait', '0'],
    [timing(20, 1, 2), 'patroni.timing.retryTimeout', '2'],
    [timing(30.5, 10, 10), 'patroni.timing.ttl', '30.5'],
  ]),
  'patroni-timing': clusterRow([timing(20, 10, 5)], [
    [timing(20, 11, 5), 'patroni.timing', '{"ttl":20,"loopWait":11,"retryTimeout":5}'],
    [timing(30, 10, 11), 'patroni.timing', '{"ttl":30,"loopWait":10,"retryTimeout":11}'],
  ]),
  'patroni-probe': clusterRow([timing(20, 13, 3)], [
    [timing(20, 14, 3), 'patroni.timing', '{"ttl":20,"loopWait":14}'],
  ]),
  'patroni-fencing-image': clusterRow([fenced(5), patroni({ fencing: Fencing.probe() })], [
    [{ ...fenced(5), image: SpiloImage.SPILO_17_4_0_P2 }, 'patroni.fencing', '"watchdog with ghcr.io/zalando/spilo-17:4.0-p2"'],
  ]),
  'patroni-fencing-margin': clusterRow([fenced(1), fenced(10)], [
    [fenced(0), 'patroni.fencing', '{"safetyMargin":0,"ttl":30,"loopWait":10,"retryTimeout":10}'],
    [fenced(2.5), 'patroni.fencing', '{"safetyMargin":2.5,"ttl":30,"loopWait":10,"retryTimeout":10}'],
    [fenced(11), 'patroni.fencing', '{"safetyMargin":11,"ttl":30,"loopWait":10,"retryTimeout":10}'],
  ]),
  'patroni-maximum-lag': clusterRow([patroni({ maximumLagOnFailover: Size.kibibytes(1) })], [
    [patroni({ maximumLagOnFailover: Size.mebibytes(0) }), 'patroni.maximumLagOnFailover', '"0Pi"'],
    [patroni({ maximumLagOnFailover: Size.mebibytes(NaN) }), 'patroni.maximumLagOnFailover', '"NaNKi"'],
  ]),
  'patroni-synchronous-nodes': clusterRow([synchronous(Synchronous.on(2))], [
    [synchronous(Synchronous.on(0)), 'patroni.synchronous', '0'],
    [synchronous(Synchronous.strict(1.5)), 'patroni.synchronous', '1.5'],
  ]),
  'patroni-synchronous-members': clusterRow([synchronous(Synchronous.strict(2)), { instances: 1 }, { instances: 0, ...synchronous(Synchronous.on()) }], [
    [synchronous(Synchronous.strict(3)), 'patroni.synchronous', '3'],
    [{ instances: 1, ...synchronous(Synchronous.on()) }, 'patroni.synchronous', '1'],
  ]),
  'patroni-quorum': clusterRow([synchronous(Synchronous.quorum(2))], [
    [{ image: SpiloImage.SPILO_16_3_3_P3, postgres: { version: 16 }, ...synchronous(Synchronous.quorum()) }, 'patroni.synchronous', '"quorum with Patroni 3.3.3"'],
  ]),
  'patroni-primary-start-timeout': clusterRow([
    patroni({ primaryStartTimeout: Duration.seconds(0) }), patroni({ primaryStartTimeout: Duration.minutes(5) }),
  ], [
    [patroni({ primaryStartTimeout: Duration.millis(1500) }), 'patroni.primaryStartTimeout', '1.5'],
  ]),
  'patroni-failsafe': clusterRow([
    { image: SpiloImage.SPILO_15_3_0_P1, postgres: { version: 15 } },
    { image: SpiloImage.of('spilo:1', { patroniVersion: '2.1.4', postgresVersions: [14] }), postgres: { version: 14 }, ...patroni({ failsafeMode: false }) },
  ], [
    [{ image: SpiloImage.of('spilo:1', { patroniVersion: '2.1.4', postgresVersions: [14] }), postgres: { version: 14 } }, 'patroni.failsafeMode', 'true'],
  ]),
  'patroni-slot': clusterRow([{ ...slots({ on: PermanentSlot.physical(), cdc_1: PermanentSlot.logical('postgres', 'pgoutput') }), ...wal_level }], [
    [slots({ 'with-dash': PermanentSlot.physical() }), 'patroni.slots', '{"with-dash":{"type":"physical"}}'],
    [slots({ ['a'.repeat(64)]: PermanentSlot.physical() }), 'patroni.slots', `{"${'a'.repeat(64)}":{"type":"physical"}}`],
    [{ ...slots({ cdc: PermanentSlot.logical('', 'pgoutput') }), ...wal_level }, 'patroni.slots', '{"cdc":{"type":"logical","database":"","plugin":"pgoutput"}}'],
  ]),
  'patroni-slot-wal-level': clusterRow([slots({ a: PermanentSlot.physical() })], [
    [slots({ cdc: PermanentSlot.logical('shop', 'pgoutput') }), 'patroni.slots', '"cdc with wal_level replica"'],
  ]),
  'patroni-ignored-slot': clusterRow([patroni({ ignoreSlots: [{ type: 'logical', plugin: 'pgoutput' }] })], [
    [patroni({ ignoreSlots: [{}] }), 'patroni.ignoreSlots', '{}'],
    [patroni({ ignoreSlots: [{ type: 'any' }] }), 'patroni.ignoreSlots', '{"type":"any"}'],
  ]),
  'patroni-unchecked-configuration': clusterRow([patroni({ uncheckedConfiguration: { bootstrap: { dcs: { check_timeline: true } } } })], [
    [patroni({ uncheckedConfiguration: 'a' }), 'patroni.uncheckedConfiguration', '"string"'],
    [patroni({ uncheckedConfiguration: { a: NaN } }), 'patroni.uncheckedConfiguration', '"object"'],
  ]),
  'patroni-tag': clusterRow([
    tags({ clonefrom: 'true', nofailover: 'false', datacenter: 'on', failover_priority: '2' }), tags({ nosync: 'true' }), tags({ nofailover: 'no', nostream: 'Off', clonefrom: '0' }),
  ], [
    ...['true', 'yes', 'on', '1', 'True'].map(value => [tags({ nofailover: value }), 'patroni.tags', `{"nofailover":"${value}"}`] as const),
    ...['', 'null', ' true', 'never'].map(value => [tags({ nofailover: value }), 'patroni.tags', JSON.stringify({ nofailover: value })] as const),
    [tags({ noloadbalance: 'maybe' }), 'patroni.tags', '{"noloadbalance":"maybe"}'],
    ...['-1', '', 'low', '0.5'].map(value => [tags({ failover_priority: value }), 'patroni.tags', JSON.stringify({ failover_priority: value })] as const),
    [tags({ failover_priority: '0' }), 'patroni.tags', '{"failover_priority":"0"}'],
    [{ ...tags({ nosync: 'true' }), patroni: { tags: { nosync: 'true' }, synchronous: Synchronous.on() } }, 'patroni.tags', '{"nosync":"true"}'],
    [tags({ nostream: 'true' }), 'patroni.tags', '{"nostream":"true"}'],
    [tags({ replicatefrom: 'orders-0' }), 'patroni.tags', '{"replicatefrom":"orders-0"}'],
    [tags({ '': 'x' }), 'patroni.tags', '{"":"x"}'],
    [tags({ site: 'a\nb' }), 'patroni.tags', '{"site":"a\\nb"}'],
  ]),
  'patroni-bypass-namespace': {
    accepted: [() => synthesized(bypassing('shop'))],
    refused: [{ program: () => bypassing(undefined), path: 'test/orders', property: 'patroni.bypassApiService', received: 'true' }],
  },
};

function bypassing(namespace: string | undefined): SpiloCluster {
  return new SpiloCluster(chart(namespace), 'orders', { ...SHORTEST, patroni: { bypassApiService: true } });
}
