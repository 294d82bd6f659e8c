import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Yaml } from 'cdk8s';
import { EXAMPLE_NAMES, pinned, ROOT } from './support/examples';
import { planCluster } from '../src/cluster/cluster';
import { inApplyOrder } from '../src/kernel/apply-order';
import { Manifest } from '../src/kernel/contribution';
import { ManifestObject } from '../src/kernel/manifest-object';
import { pgAdminManifests } from '../src/pgadmin/render';
import { followerManifests } from '../src/proxy/follower/pod';
import { haproxyManifests } from '../src/proxy/haproxy/pod';
import { poolerManifests } from '../src/proxy/pgbouncer/manifests';

/** How the manifests of each construct follow from its spec. */
const MANIFESTS: { readonly [construct: string]: (spec: any) => readonly Manifest[] } = {
  SpiloCluster: spec => planCluster(spec).manifests,
  PgAdmin: pgAdminManifests,
  PatroniHaproxy: haproxyManifests,
  PgBouncerPooler: poolerManifests,
  PatroniConfigFollower: followerManifests,
};

interface Pinned { readonly [path: string]: { readonly construct: string; readonly spec: any } }

/** The YAML of each object of an example, from nothing but what is read back from `spec.json`. */
function fromSpecs(example: string): string[] {
  const specs: Pinned = JSON.parse(readFileSync(join(ROOT, 'examples', example, 'spec.json'), 'utf8'));
  return Object.values(specs).flatMap(({ construct, spec }) => {
    const scope = new Chart(new App(), 'chart', { namespace: spec.namespace ?? spec.clusters?.[0].namespace });
    return inApplyOrder(MANIFESTS[construct](spec)).map(manifest => new ManifestObject(scope, manifest))
      .map(object => Yaml.stringify(object.toJson()));
  });
}

/** The YAML of each object that the example renders. */
function rendered(example: string): string[] {
  return Object.values(pinned(example)).flatMap(text => text.split('---\n'));
}

const kindOf = (yaml: string) => /^kind: (\w+)$/m.exec(yaml)![1];

/** What is the user's own in an example: patches of objects, and objects beside them. */
const OWN: { readonly [example: string]: { readonly patched: readonly string[]; readonly added: readonly string[] } } = {
  everything: { patched: ['Service', 'StatefulSet'], added: ['Deployment'] },
};

test.each(EXAMPLE_NAMES)('%s: its manifests follow from the spec that is read back from JSON, byte for byte', name => {
  const [made, objects] = [fromSpecs(name), rendered(name)];
  const { patched, added } = OWN[name] ?? { patched: [], added: [] };
  expect(made.filter(yaml => !objects.includes(yaml)).map(kindOf)).toEqual(patched);
  expect(objects.filter(yaml => !made.includes(yaml)).map(kindOf)).toEqual([...patched, ...added]);
});
