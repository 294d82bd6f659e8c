import { Duration } from 'cdk8s';
import { Feature, FeatureContext } from '../../kernel/feature';
import { Rule, valueRule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';

const SCRIPT = 'callback';
const MOUNT = '/callback';

/**
 * A program of yours that each member runs when its role changes: for load balancers that want to be told who the leader
 * is. Where they can ask instead, use `PatroniHaproxy`: a member that dies tells nobody.
 */
export interface CallbackOptions {
  /**
   * Text of the program, beginning with `#!`. It runs in the database container as user `postgres`, with three arguments:
   * `on_start`, `on_stop` or `on_role_change`; the role, `primary` (Patroni 3: `master`), `standby_leader` or `replica`; and
   * the name of the cluster. `POD_IP` is the member's address. The image has bash, curl and Python.
   *
   * Its exit status counts for nothing, and of two runs that overlap Patroni ends the older one.
   *
   * @changes at-once within about a minute, when the kubelet has renewed the file
   */
  readonly script: string;

  /**
   * After which time a run is ended. Spilo's own work on a new leader, such as its monitoring schema, waits for it.
   *
   * @default Duration.seconds(30)
   * @changes rollout
   */
  readonly timeout?: Duration;
}

/** A ConfigMap takes a mebibyte at most, and has more than this in it. */
const LONGEST_SCRIPT = 900 * 1024;

const isProgram = (script: string) => /^#![ \t]*\//.test(script) && Buffer.byteLength(script) <= LONGEST_SCRIPT;

const rules: Rule<FeatureContext>[] = [
  {
    id: 'callback-script',
    property: 'callback.script',
    allowed: `a text that begins with #! and a path, of at most ${LONGEST_SCRIPT} bytes`,
    why: 'The kernel could not run it, or the API server refuses the ConfigMap: nobody would be told of a new leader.',
    find: ({ props }) => props.callback === undefined || isProgram(props.callback.script) ? [] : [{ received: props.callback.script.slice(0, 40) }],
  },
  valueRule('callback-timeout', 'callback.timeout', 'whole seconds from 1 to 600',
    'Spilo\'s own work on a new leader would never begin.',
    ({ props }) => props.callback?.timeout && props.callback.timeout.toMilliseconds() / 1000, seconds => isWholeNumber(seconds, 1, 600)),
];

export const callbackFeature: Feature = {
  rules,
  contribute: ({ props, names, labels }) => {
    if (!props.callback) { return {}; }
    const { script, timeout = Duration.seconds(30) } = props.callback;
    const name = names.suffixed('callback');
    return {
      objects: [{ id: 'CallbackConfigMap', apiVersion: 'v1', kind: 'ConfigMap', name, labels: labels.metadata, body: { data: { [SCRIPT]: script } } }],
      // Spilo puts this text, unquoted, before the arguments of all three callbacks.
      env: [{ name: 'CALLBACK_SCRIPT', value: `timeout ${timeout.toSeconds()} ${MOUNT}/${SCRIPT}` }],
      volumes: [{ name: 'callback', configMap: { name, defaultMode: 0o555 } }],
      mounts: [{ name: 'callback', mountPath: MOUNT, readOnly: true }],
    };
  },
};
