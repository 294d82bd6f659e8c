import { App, Chart, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { Program, program } from './support/arbitrary';
import { OWN } from './support/drawn/texts';
import { environment, expand } from './support/kubernetes-expansion';
import { schemaViolations } from './support/kubernetes-schema';
import { matches, references, selectors, workloads } from './support/pods';
import { cluster, Rendered } from './support/render';
import { SEED } from './support/seed';
import { hasAnchors } from './support/spilo-yaml';
import { Shapes } from '../src/kernel/shape-table';
import properties from '../src/properties.json';
import { SpiloCluster } from 'cdk8s-spilo';

const DRAW = { seed: SEED, numRuns: 40 };

/** Programs are drawn and rendered once for all properties; drawing costs next to nothing. */
let programs: readonly Program[] | undefined;
const drawn = () => programs ??= fc.sample(program, DRAW);
const renderings = new Map<Program, Rendered>();

/** How many of them are rendered. */
const RENDERED = 24;
/** Properties that render once more look at fewer programs. */
const FEWER = 8;

// Drawn programs may have no backup, about which a synthesis warns.
beforeAll(() => { jest.spyOn(process.stderr, 'write').mockReturnValue(true); });
afterAll(() => { jest.restoreAllMocks(); });

/** A property of everything that accepted programs render. Where it does not hold, fast-check looks for the shortest program. */
function always(sentence: string, holds: (rendered: Rendered, given: Program) => void, most = RENDERED): void {
  test(sentence, () => {
    for (const given of drawn().slice(0, most)) {
      try {
        holds(once(given), given);
      } catch (error) {
        fc.assert(fc.property(program, another => holds(render(another), another)), DRAW);
        throw error;
      }
    }
  });
}

function once(given: Program): Rendered {
  if (!renderings.has(given)) { renderings.set(given, render(given)); }
  return renderings.get(given)!;
}

function render(...some: Program[]): Rendered {
  const app = new App();
  some.forEach(({ id, namespace, props }, index) => new SpiloCluster(new Chart(app, `chart-${index}`, { namespace }), id, props));
  return new Rendered(app.synthYaml());
}

describe('the file', () => {
  always('is the same, byte by byte, each time', (rendered, given) => {
    expect(render(given).yaml).toBe(rendered.yaml);
  }, FEWER);

  always('is the same when one app is synthesized twice', (rendered, { id, namespace, props }) => {
    const app = new App();
    new SpiloCluster(new Chart(app, 'chart-0', { namespace }), id, props);
    expect([app.synthYaml(), app.synthYaml()]).toEqual([rendered.yaml, rendered.yaml]);
  }, FEWER);

  always('does not depend on the day or the time zone', (rendered, given) => {
    const zone = process.env.TZ;
    jest.useFakeTimers({ now: new Date('1999-03-28T02:30:00Z') });
    process.env.TZ = 'Asia/Kathmandu';
    try {
      expect(render(given).yaml).toBe(rendered.yaml);
    } finally {
      if (zone === undefined) { delete process.env.TZ; } else { process.env.TZ = zone; }
      jest.useRealTimers();
    }
  }, FEWER);

  always('reads the same by YAML 1.1 and 1.2', ({ yaml, objects }) => {
    expect(parseAllDocuments(yaml, { version: '1.1' }).map(document => document.toJS())).toEqual(objects);
  }, FEWER);

  always('is made of valid Kubernetes objects without unknown fields', ({ objects }) => {
    expect(objects.flatMap(schemaViolations)).toEqual([]);
  });

  always('has no object twice', ({ objects }) => {
    const identities = objects.map(({ apiVersion, kind, metadata }) => [apiVersion.split('/')[0], kind, metadata.namespace, metadata.name].join('/'));
    expect(identities.filter((identity, index) => identities.indexOf(identity) < index)).toEqual([]);
  });

  always('has no empty leftovers', ({ objects }) => {
    expect(objects.flatMap(object => leftovers(object))).toEqual([]);
  });

  always('names what comes later in the file nowhere: it can be applied from top to bottom', rendered => {
    const early = references(rendered).filter(({ from, kind, name }) => {
      const position = rendered.objects.findIndex(object => object.kind === kind && object.metadata.name === name);
      return position > rendered.objects.indexOf(from);
    });
    expect(early).toEqual([]);
  });
});

/** An `emptyDir` has no better way to say what it is; Kubernetes before 1.28 demands `onPodConditions` beside exit codes. */
const MAY_BE_EMPTY = /\.(emptyDir|onPodConditions)$/;

/** Paths of values that say nothing. */
function leftovers(value: unknown, path = ''): string[] {
  if (value === null || (typeof value === 'string' && /undefined|\[object /.test(value))) { return [`${path}: ${value}`]; }
  if (typeof value !== 'object') { return []; }
  const entries = Object.entries(value);
  if (entries.length === 0 && !MAY_BE_EMPTY.test(path)) { return [`${path}: empty`]; }
  return entries.flatMap(([key, child]) => leftovers(child, `${path}.${key}`));
}

describe('names and references', () => {
  always('every Secret, ConfigMap, claim, Role and account that is named is rendered or the user\'s own', rendered => {
    const made = madeSecret(rendered)?.secret;
    const missing = references(rendered)
      .filter(({ kind, name }) => !rendered.has(kind, name) && !name.startsWith(OWN) && name !== 'kube-root-ca.crt' && !(kind === 'Secret' && name === made))
      .map(({ kind, name }) => `${kind} ${name}`);
    expect(missing).toEqual([]);
  });

  always('every key that is named is in its Secret', rendered => {
    for (const { containers } of workloads(rendered)) {
      for (const { name, valueFrom } of containers.flatMap(({ env = [] }) => env)) {
        const { name: secret, key } = valueFrom?.secretKeyRef ?? {};
        if (!secret || secret.startsWith(OWN)) { continue; }
        const keys = madeSecret(rendered)?.keys ?? Object.keys(rendered.get('Secret', secret).data);
        expect({ name, keys }).toEqual({ name, keys: expect.arrayContaining([key]) });
      }
    }
  });

  always('every mount has a volume', rendered => {
    for (const { owner, spec, containers } of workloads(rendered)) {
      const claims = (owner.spec.volumeClaimTemplates ?? []).map(({ metadata }: any) => metadata.name);
      const volumes = [...claims, ...(spec.volumes ?? []).map(({ name }: any) => name)];
      expect(new Set(volumes).size).toBe(volumes.length);
      for (const { volumeMounts = [] } of containers) {
        expect(volumes).toEqual(expect.arrayContaining(volumeMounts.map(({ name }: any) => name)));
      }
    }
  });

  always('containers, variables, ports and mount paths have different names', rendered => {
    for (const { containers } of workloads(rendered)) {
      expectDifferent(containers.map(({ name }) => name));
      for (const { env = [], ports = [], volumeMounts = [] } of containers) {
        expectDifferent(env.map(({ name }: any) => name));
        expectDifferent(ports.map(({ name }: any) => name));
        expectDifferent(volumeMounts.map(({ mountPath }: any) => mountPath));
      }
    }
  });

  always('every name and every label is one that Kubernetes takes', ({ objects }) => {
    const names = objects.map(({ kind, metadata: { name } }) => ({ kind, name }));
    const badNames = names.filter(({ kind, name }) => name.length > (LONGEST_NAMES[kind] ?? 253)
      || !(kind === 'Service' ? /^[a-z]([-a-z0-9]*[a-z0-9])?$/ : /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/).test(name));
    const badLabels = objects.flatMap(({ metadata: { labels = {} } }) => Object.entries(labels)).filter(([key, value]) =>
      !/^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9][-A-Za-z0-9_.]{0,62}$/.test(key) || !/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/.test(value));
    expect({ badNames, badLabels }).toEqual({ badNames: [], badLabels: [] });
  });
});

/** The Secret that a Job makes in the cluster, if there is such a Job. */
function madeSecret(rendered: Rendered): { readonly secret: string; readonly keys: readonly string[] } | undefined {
  const containers = workloads(rendered).flatMap(workload => workload.containers).filter(({ name }) => name === 'credentials');
  return containers.map(({ env }) => JSON.parse(environment(env).CREDENTIALS))[0];
}

/** Kubernetes appends to some names, and makes labels of them. */
const LONGEST_NAMES: { readonly [kind: string]: number } = { Service: 63, StatefulSet: 52, Job: 63, CronJob: 52 };

function expectDifferent(names: readonly string[]): void {
  expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
}

describe('selectors', () => {
  always('each matches the members, at least those of one role, and no other pod', rendered => {
    const members = workloads(rendered).filter(({ owner }) => owner.kind === 'StatefulSet');
    const others = workloads(rendered).filter(({ owner }) => owner.kind !== 'StatefulSet');
    for (const { by, matchLabels } of selectors(rendered)) {
      expect({ by, members: members.every(({ labels }) => roles(labels).some(pod => matches(matchLabels, pod))) }).toEqual({ by, members: true });
      expect({ by, others: others.some(({ labels }) => roles(labels).some(pod => matches(matchLabels, pod))) }).toEqual({ by, others: false });
    }
  });

  always('Patroni finds the members and its objects by the labels that it is told', rendered => {
    const { KUBERNETES_LABELS, KUBERNETES_SCOPE_LABEL, SCOPE } = rendered.env;
    const ofPatroni = { ...JSON.parse(KUBERNETES_LABELS), [KUBERNETES_SCOPE_LABEL]: SCOPE };
    expect(rendered.statefulSet.selector.matchLabels).toEqual(ofPatroni);
    for (const { metadata } of rendered.all('Endpoints')) { expect(metadata.labels).toMatchObject(ofPatroni); }
  });

  test('in one app no selector matches the members of another cluster', () => {
    const pairs = fc.sample(fc.tuple(program, program), { ...DRAW, numRuns: 5 });
    for (const [first, second] of pairs) {
      const rendered = render(...[first, second].map((given, index) => ({ id: `${given.id.slice(0, 40)}${index}`, namespace: 'shop', props: alone(given) })));
      for (const { by, matchLabels } of selectors(rendered)) {
        const matching = workloads(rendered).filter(({ labels }) => roles(labels).some(pod => matches(matchLabels, pod)));
        expect({ by, matching: matching.length }).toEqual({ by, matching: 1 });
      }
    }
  });
});

/** Labels of a pod, as they are at first and in each of Patroni's roles. */
function roles(labels: { readonly [key: string]: string }) {
  return [labels, { ...labels, role: 'master' }, { ...labels, role: 'replica' }];
}

/** Properties without those of which an app can have each only once. */
function alone({ props }: Program): Program['props'] {
  return { ...props, clusterName: undefined, access: [] };
}

describe('values', () => {
  always('PostgreSQL\'s parameters arrive in Patroni as the strings that they are', ({ configuration }, { props }) => {
    const arrived = { ...configuration.bootstrap.dcs.postgresql.parameters, ...configuration.postgresql.parameters };
    expect(arrived).toMatchObject(props.postgres?.parameters ?? {});
    expect(Object.values(arrived).every(value => typeof value === 'string')).toBe(true);
  });

  always('lines of pg_hba.conf arrive with the same words', ({ configuration }, { props }) => {
    const words = (text: string) => text.trim().split(/\s+/);
    expect(configuration.postgresql.pg_hba.map(words)).toEqual(expect.arrayContaining((props.postgres?.hba ?? []).map(words)));
  });

  always('tags and slots arrive with the names and values that they have', ({ configuration }, { props }) => {
    const { tags = {}, slots = {} } = props.patroni ?? {};
    const asBoolean = new Map<string, unknown>([['true', true], ['false', false]]);
    const expected = Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, asBoolean.get(value) ?? value]));
    expect(configuration.tags ?? {}).toEqual(expected);
    const definitions = Object.fromEntries(Object.entries(slots).map(([name, { _data: { kind: type, ...of } }]) => [name, { type, ...of }]));
    expect(configuration.bootstrap.dcs.slots ?? {}).toEqual(definitions);
  });

  always('the configuration repeats nothing by reference', rendered => {
    expect(hasAnchors(rendered.env.SPILO_CONFIGURATION)).toBe(false);
  });

  always('the library\'s own variables refer to nothing that Kubernetes would replace', rendered => {
    for (const { owner, containers } of workloads(rendered)) {
      for (const { env = [] } of containers.filter(({ name }) => !/^(sidecar|init)-/.test(name))) {
        const named = env.filter(({ name }: any) => !name.startsWith('APP_'));
        const [known, unknown] = [environment(named), named.map(({ value = '' }: any) => expand(value, {}))];
        expect({ owner: owner.kind, env: named.map(({ name, valueFrom }: any, index: number) => valueFrom ? known[name] : unknown[index]) })
          .toEqual({ owner: owner.kind, env: named.map(({ name }: any) => known[name]) });
      }
    }
  });

  always('a user\'s objects stay as they are', (rendered, given) => {
    expect(render({ ...given, props: frozen(given.props) }).yaml).toBe(rendered.yaml);
  }, FEWER);

  always('what is added to pods, claims and Services arrives in them', (rendered, { props: { pod = {}, storage, leaderService, replicaService } }) => {
    const { template, volumeClaimTemplates: [claim] } = rendered.statefulSet;
    expect(template.metadata.labels).toMatchObject({ ...pod.labels });
    expect(template.metadata.annotations).toMatchObject({ ...pod.annotations });
    expect(claim.metadata.labels).toMatchObject({ ...storage.labels });
    for (const [suffix, options] of [['', leaderService], ['-repl', replicaService]] as const) {
      const { metadata } = rendered.get('Service', `${rendered.env.SCOPE}${suffix}`);
      expect(metadata.labels).toMatchObject({ ...options?.labels });
      expect(metadata.annotations ?? {}).toEqual({ ...options?.annotations });
    }
  });
});

/** Freezes an object with everything in it, but for constructs, which are the app's. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value) && !Construct.isConstruct(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

describe('passwords', () => {
  always('come from a Secret: Spilo\'s built-in ones cannot be reached', rendered => {
    const { PGPASSWORD_SUPERUSER, PGPASSWORD_STANDBY, PGPASSWORD_ADMIN, PGUSER_ADMIN } = rendered.env;
    const passwords = [PGPASSWORD_SUPERUSER, PGPASSWORD_STANDBY, ...(PGUSER_ADMIN === undefined ? [] : [PGPASSWORD_ADMIN])];
    expect(passwords.map(text => Object.keys(JSON.parse(text)))).toEqual(passwords.map(() => ['secretKeyRef']));
    expect(PGPASSWORD_ADMIN === undefined).toBe(PGUSER_ADMIN === undefined);
    const texts = rendered.all('Secret').flatMap(({ data }) => Object.values(data as { [key: string]: string }).map(decode));
    expect(texts).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(zalando|standby|cola)$/)]));
  });

  always('are in the file only where a call says so, and there only in the Secret', (rendered, { props: { credentials } }) => {
    const passwords = credentials?._data.kind === 'plainTextInManifest' ? Object.values(credentials._data.passwords) : [];
    expect(rendered.all('Secret')).toHaveLength(passwords.length > 0 ? 1 : 0);
    const elsewhere = JSON.stringify(rendered.objects.filter(({ kind }) => kind !== 'Secret'));
    const long = passwords.filter(text => text.length > 12);
    expect(long.filter(text => elsewhere.includes(text))).toEqual([]);
  });
});

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

describe('safety', () => {
  always('the library\'s containers meet Pod Security restricted', rendered => {
    for (const { spec, containers } of workloads(rendered)) {
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
      expect(spec.hostNetwork ?? spec.hostPID ?? spec.hostIPC).toBeUndefined();
      expect((spec.volumes ?? []).filter((volume: any) => volume.hostPath)).toEqual([]);
      for (const { securityContext } of containers.filter(({ name }) => !/^(sidecar|init)-/.test(name))) {
        expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
      }
    }
  });

  always('only containers of the library get a token of the Kubernetes API', rendered => {
    for (const { spec, containers } of workloads(rendered)) {
      expect(spec.automountServiceAccountToken).toBe(false);
      const withToken = containers.filter(({ volumeMounts = [] }) => volumeMounts.some(({ mountPath }: any) => mountPath.includes('serviceaccount')));
      expect(withToken.map(({ name }) => name)).toEqual(withToken.map(() => expect.stringMatching(/^(postgres|rollout|credentials)$/)));
    }
  });

  always('no Role has a wildcard or reaches Secrets, but for that of the Job which makes one and may do nothing else', ({ objects }) => {
    const granting = objects.filter(({ kind }) => kind === 'Role');
    const [makers, others] = [true, false].map(makes => granting.filter(({ metadata }) => metadata.name.endsWith('-credentials') === makes));
    const granted = others.flatMap(role => role.rules as any[]).flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(granted.filter(word => ['*', 'secrets', 'deletecollection', 'update', 'escalate', 'impersonate'].includes(word))).toEqual([]);
    expect(makers.flatMap(role => role.rules)).toEqual(makers.map(() => ({ apiGroups: [''], resources: ['secrets'], verbs: ['create'] })));
  });
});

test('the drawn programs have every property that a cluster has', () => {
  const all = new Set(drawn().flatMap(({ props }) => Object.keys(props)));
  expect(Object.keys((properties as Shapes).SpiloClusterProps.properties!).filter(name => !all.has(name))).toEqual([]);
});

test('a program is refused, or its text arrives in PostgreSQL unchanged, whatever the text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom('=', '<<', '\t', '\u2028', '$é', 'a'), (some, trap) => {
    const value = `${some}${trap}`;
    let accepted;
    try {
      accepted = cluster({ postgres: { parameters: { 'example.text': value } } });
    } catch {
      return;
    }
    const rendered = new Rendered(Yaml.stringify(accepted.statefulSet.toJson()));
    expect(rendered.configuration.postgresql.parameters['example.text']).toBe(value);
  }), { ...DRAW, numRuns: 20 });
});
