import { Duration, Size } from 'cdk8s';
import { chart, SHORTEST } from '../support/render';
import { clusterRow, Rows, synthesized } from '../support/rule-rows';
import { PatroniOptions, PatroniTiming, PermanentSlot, SpiloCluster, SpiloClusterProps, SpiloImage, SynchronousMode } from 'cdk8s-spilo';

type Props = Partial<SpiloClusterProps>;
const patroni = (options: PatroniOptions): Props => ({ patroni: options });
const seconds = (amount: number) => Duration.millis(amount * 1000);
const timing = (ttl: number, loopWait: number, retryTimeout: number): Props =>
  patroni({ timing: PatroniTiming.of({ ttl: seconds(ttl), loopWait: seconds(loopWait), retryTimeout: seconds(retryTimeout) }) });
const slots = (given: { [name: string]: PermanentSlot }): Props => patroni({ slots: given });
const tags = (given: { [name: string]: string }): Props => patroni({ tags: given });
const { ON, STRICT, OFF } = SynchronousMode;

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
  'patroni-maximum-lag': clusterRow([patroni({ maximumLagOnFailover: Size.kibibytes(1) })], [
    [patroni({ maximumLagOnFailover: Size.mebibytes(0) }), 'patroni.maximumLagOnFailover', '0'],
    [patroni({ maximumLagOnFailover: Size.mebibytes(NaN) }), 'patroni.maximumLagOnFailover', 'NaN'],
  ]),
  'patroni-synchronous-nodes': clusterRow([patroni({ synchronousMode: ON, synchronousNodeCount: 2 })], [
    [patroni({ synchronousMode: ON, synchronousNodeCount: 0 }), 'patroni.synchronousNodeCount', '0'],
    [patroni({ synchronousMode: ON, synchronousNodeCount: 1.5 }), 'patroni.synchronousNodeCount', '1.5'],
  ]),
  'patroni-synchronous-members': clusterRow([patroni({ synchronousMode: STRICT, synchronousNodeCount: 2 }), { instances: 1 }], [
    [patroni({ synchronousMode: STRICT, synchronousNodeCount: 3 }), 'patroni.synchronousNodeCount', '3'],
    [{ instances: 1, ...patroni({ synchronousMode: ON }) }, 'patroni.synchronousNodeCount', '1'],
  ]),
  'patroni-synchronous-off': clusterRow([patroni({ synchronousMode: OFF })], [
    [patroni({ synchronousNodeCount: 1 }), 'patroni.synchronousNodeCount', '1'],
    [patroni({ synchronousMode: OFF, synchronousNodeCount: 2 }), 'patroni.synchronousNodeCount', '2'],
  ]),
  'patroni-primary-start-timeout': clusterRow([
    patroni({ primaryStartTimeout: Duration.seconds(0) }), patroni({ primaryStartTimeout: Duration.minutes(5) }),
  ], [
    [patroni({ primaryStartTimeout: Duration.millis(1500) }), 'patroni.primaryStartTimeout', '1.5'],
  ]),
  'patroni-failsafe': clusterRow([
    { image: SpiloImage.SPILO_15_3_0_P1 },
    { image: SpiloImage.of('spilo:1', { patroniVersion: '2.1.4', postgresVersions: [14] }), ...patroni({ failsafeMode: false }) },
  ], [
    [{ image: SpiloImage.of('spilo:1', { patroniVersion: '2.1.4', postgresVersions: [14] }) }, 'patroni.failsafeMode', 'true'],
  ]),
  'patroni-slot': clusterRow([slots({ on: PermanentSlot.physical(), cdc_1: PermanentSlot.logical('postgres', 'pgoutput') })], [
    [slots({ 'with-dash': PermanentSlot.physical() }), 'patroni.slots', '{"with-dash":{"type":"physical"}}'],
    [slots({ ['a'.repeat(64)]: PermanentSlot.physical() }), 'patroni.slots', `{"${'a'.repeat(64)}":{"type":"physical"}}`],
    [slots({ cdc: PermanentSlot.logical('', 'pgoutput') }), 'patroni.slots', '{"cdc":{"type":"logical","database":"","plugin":"pgoutput"}}'],
  ]),
  'patroni-tag': clusterRow([tags({ clonefrom: 'true', nofailover: 'false', datacenter: 'on' })], [
    [tags({ nofailover: 'true' }), 'patroni.tags', '{"nofailover":"true"}'],
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
