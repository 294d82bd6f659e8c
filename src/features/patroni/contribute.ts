import { RewindFailure } from './patroni';
import { patroniRules } from './rules';
import { PatroniSpec } from './spec';
import { tagValue } from './tags';
import { JsonMap } from '../../kernel/contribution';
import { given, isMap } from '../../kernel/data';
import { Feature } from '../../kernel/feature';
import { kibibytes } from '../../kernel/quantity';
import { patroniNumber } from '../../spilo/image';
import { ClusterSpec } from '../../spilo/spec';

/** Patroni's dynamic configuration, without PostgreSQL's parameters. */
function dynamicConfiguration({ patroni, image }: ClusterSpec): JsonMap {
  const { ttl, loopWait, retryTimeout, synchronous: { mode, nodes }, slots, ignoreSlots } = patroni;
  return {
    ttl,
    loop_wait: loopWait,
    retry_timeout: retryTimeout,
    maximum_lag_on_failover: kibibytes(patroni.maximumLagOnFailover) * 1024,
    failsafe_mode: patroni.failsafeMode,
    // Its name before and since Patroni 3.
    [patroniNumber(image) < 300 ? 'master_start_timeout' : 'primary_start_timeout']: patroni.primaryStartTimeout,
    // Also when off: the live configuration may still say on.
    synchronous_mode: mode === 'quorum' ? mode : mode !== 'off',
    synchronous_mode_strict: mode === 'strict',
    synchronous_node_count: nodes,
    ...(given(slots) ? { slots: Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, { ...slot } as JsonMap])) } : {}),
    ...(ignoreSlots.length > 0 ? { ignore_slots: ignoreSlots } : {}),
    ...(patroni.onRewindFailure === RewindFailure.COPY_LEADER ? { postgresql: REMOVE_DATA } : {}),
  };
}

const REMOVE_DATA = { remove_data_directory_on_rewind_failure: true, remove_data_directory_on_diverged_timelines: true };

function tags({ tags: texts }: PatroniSpec): JsonMap {
  return given(texts) ? { tags: Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, tagValue(name, text)])) } : {};
}

/** Patroni's timing, replication modes, slots and tags. */
export const patroniFeature: Feature<ClusterSpec> = {
  rules: patroniRules,
  contribute: spec => ({
    configuration: { bootstrap: { dcs: dynamicConfiguration(spec) }, ...tags(spec.patroni) },
    uncheckedConfiguration: isMap(spec.patroni.uncheckedConfiguration) ? spec.patroni.uncheckedConfiguration as JsonMap : {},
  }),
};
