import { Store } from './support/programs';
import { KubernetesObject } from '../../test/support/render';
import { Fencing, PatroniOptions } from 'cdk8s-spilo';

/** A fault as a change in `src/` would make it, done to what is rendered, and the check that must notice. */
export interface Mutation {
  readonly name: string;
  readonly store: Store;
  readonly check: 'boots' | 'leader Service' | 'replica Service' | 'same again' | 'member names' | 'orderly stop' | 'one at a time' | 'one writer' | 'no API';
  /** The program, where it is another one than the shortest. */
  readonly patroni?: PatroniOptions;
  readonly mutate: (objects: readonly KubernetesObject[]) => KubernetesObject[];
}

/** Changes the objects of a kind; that there is none to change is an error in the list. */
function edit(kind: string, name: RegExp, change: (object: any) => void): Mutation['mutate'] {
  return objects => {
    const copies = JSON.parse(JSON.stringify(objects)) as KubernetesObject[];
    const chosen = copies.filter(object => object.kind === kind && name.test(object.metadata.name));
    if (chosen.length === 0) { throw new Error(`no ${kind} ${name}`); }
    for (const object of chosen) {
      const before = JSON.stringify(object);
      change(object);
      if (JSON.stringify(object) === before) { throw new Error(`${kind} ${object.metadata.name} was not changed`); }
    }
    return copies;
  };
}

const variable = (object: any, name: string) =>
  object.spec.template.spec.containers[0].env.find((each: any) => each.name === name);

const ANY = /./;

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'another label value for the leader than the Service selects',
    store: 'configmaps',
    check: 'leader Service',
    mutate: edit('StatefulSet', ANY, object => { variable(object, 'KUBERNETES_LEADER_LABEL_VALUE').value = 'primary'; }),
  },
  {
    name: 'another scope label than the members carry',
    store: 'endpoints',
    check: 'boots',
    mutate: edit('StatefulSet', ANY, object => { variable(object, 'KUBERNETES_SCOPE_LABEL').value = 'cluster-name'; }),
  },
  {
    name: 'a replica Service that selects the leader',
    store: 'endpoints',
    check: 'replica Service',
    mutate: edit('Service', /-repl$/, object => { object.spec.selector.role = 'master'; }),
  },
  {
    name: '`subsets: []` in the Endpoints',
    store: 'endpoints',
    check: 'same again',
    mutate: edit('Endpoints', ANY, object => { object.subsets = []; }),
  },
  {
    name: 'no right to patch pods',
    store: 'endpoints',
    check: 'boots',
    mutate: edit('Role', /-endpoints$/, object => {
      for (const rule of object.rules) { if (rule.resources.includes('pods')) { rule.verbs = rule.verbs.filter((verb: string) => verb !== 'patch'); } }
    }),
  },
  {
    name: 'no right to create the objects of the store',
    store: 'configmaps',
    check: 'boots',
    mutate: edit('Role', /-configmaps$/, object => {
      for (const rule of object.rules) { rule.verbs = rule.verbs.filter((verb: string) => verb !== 'create'); }
    }),
  },
  {
    name: 'a grace period of 0',
    store: 'endpoints',
    check: 'orderly stop',
    mutate: edit('StatefulSet', ANY, object => { object.spec.template.spec.terminationGracePeriodSeconds = 0; }),
  },
  {
    name: 'no publishNotReadyAddresses',
    store: 'endpoints',
    check: 'member names',
    mutate: edit('Service', /-pods$/, object => { delete object.spec.publishNotReadyAddresses; }),
  },
  {
    name: 'Kubernetes replaces the members, and nothing says when one is ready',
    store: 'endpoints',
    check: 'one at a time',
    mutate: edit('StatefulSet', ANY, object => {
      object.spec.updateStrategy = { type: 'RollingUpdate' };
      object.spec.minReadySeconds = 0;
      delete object.spec.template.spec.containers[0].readinessProbe;
    }),
  },
  {
    name: 'no grace period of its own for the liveness probe',
    store: 'endpoints',
    check: 'one writer',
    mutate: edit('StatefulSet', ANY, object => { delete object.spec.template.spec.containers[0].livenessProbe.terminationGracePeriodSeconds; }),
  },
  {
    name: 'neither a liveness probe nor a fence',
    store: 'endpoints',
    check: 'one writer',
    mutate: edit('StatefulSet', ANY, object => { delete object.spec.template.spec.containers[0].livenessProbe; }),
  },
  {
    name: 'a fence alone, with a margin that is too late',
    store: 'endpoints',
    check: 'one writer',
    patroni: { fencing: Fencing.watchdog() },
    mutate: edit('StatefulSet', ANY, object => {
      delete object.spec.template.spec.containers[0].livenessProbe;
      const configuration = variable(object, 'SPILO_CONFIGURATION');
      configuration.value = configuration.value.replace(/safety_margin: 5/, 'safety_margin: -25');
    }),
  },
  {
    name: 'no failsafe mode',
    store: 'endpoints',
    check: 'no API',
    patroni: { failsafeMode: false },
    mutate: objects => [...objects],
  },
];
