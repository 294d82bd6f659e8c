import { Feature } from '../../kernel/feature';
import { Rule, valueRule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';
import { configMap } from '../../kit/objects';
import { clusterLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { ClusterSpec } from '../../spilo/spec';

const SCRIPT = 'callback';
const MOUNT = '/callback';

/** A ConfigMap takes a mebibyte at most, and has more than this in it. */
const LONGEST_SCRIPT = 900 * 1024;

const isProgram = (script: string) => /^#![ \t]*\//.test(script) && Buffer.byteLength(script) <= LONGEST_SCRIPT;

const rules: Rule<ClusterSpec>[] = [
  {
    id: 'callback-script',
    property: 'callback.script',
    allowed: `a text that begins with #! and a path, of at most ${LONGEST_SCRIPT} bytes`,
    why: 'The kernel could not run it, or the API server refuses the ConfigMap: nobody would be told of a new leader.',
    find: ({ callback }) => callback === undefined || isProgram(callback.script) ? [] : [{ received: callback.script.slice(0, 5) }],
  },
  valueRule('callback-timeout', 'callback.timeout', 'whole seconds from 1 to 600',
    'Spilo\'s own work on a new leader would never begin.',
    ({ callback }) => callback?.timeout, timeout => isWholeNumber(timeout, 1, 600)),
];

/** The program of the user's, as Spilo starts it. */
export const callbackFeature: Feature<ClusterSpec> = {
  rules,
  contribute: ({ name: cluster, callback }) => {
    if (!callback) { return {}; }
    const name = clusterNames(cluster).suffixed('callback');
    return {
      objects: [configMap('CallbackConfigMap', name, clusterLabels(cluster).metadata, { [SCRIPT]: callback.script })],
      // Spilo puts this text, unquoted, before the arguments of all three callbacks.
      env: [{ name: 'CALLBACK_SCRIPT', value: `timeout ${callback.timeout} ${MOUNT}/${SCRIPT}` }],
      volumes: [{ name: 'callback', configMap: { name, defaultMode: 0o555 } }],
      mounts: [{ name: 'callback', mountPath: MOUNT, readOnly: true }],
    };
  },
};
