import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { SecretKey } from 'cdk8s-spilo';

// Every `fc.stringMatching` here is made once: making one takes longer than drawing a whole program.

/** Whatever a program refers to without having it rendered has a name that begins so. */
export const OWN = 'own-';

/** Some of the properties, each present or absent. */
export function some<T>(properties: { [K in keyof T]?: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(properties as { [name: string]: fc.Arbitrary<unknown> }, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

/** Texts that readers of YAML 1.1, shells and Kubernetes read as something else. */
const TRAPS = [
  'on', 'off', 'yes', 'No', 'y', 'true', 'null', '~', '0777', '0x1F', '1e3', '1.5', '.inf', '.NaN', '1_000', '12:30:45', '2026-11-21',
  '2026-11-21T12:30:45Z', '$(POD_IP)', '$(SCOPE)', '$$', '$$(SCOPE)', '$', '$é', '$(', 'a$', '"', '\'', 'it\'s', 'a: b', '# no comment', 'a #b', '- a',
  '*a', '&a', '!a', '%a', '@a', '`a`', '|', '>', '{}', '[]', '{a', '[a', ',', '?', '\\', '\\n', '%p', ' spaces ', '---', '...',
];

/** One line of any printable text. */
export const line = fc.oneof(
  fc.constantFrom(...TRAPS),
  fc.string({ unit: 'grapheme-ascii', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('$', '(', ')', '$$', '$(', 'é', '☃', '😀', 'a', ' '), maxLength: 8 }),
).filter(text => text !== '=' && text !== '<<');

export const MOST_MEBIBYTES = 1024 * 1024;
export const sizes = (least: number, most: number) => fc.integer({ min: least, max: most }).map(Size.mebibytes);
export const seconds = (least: number, most: number) => fc.integer({ min: least, max: most }).map(Duration.seconds);

export const dnsLabel = fc.stringMatching(/^[a-z]([-a-z0-9]{0,20}[a-z0-9])?$/);
export const own = dnsLabel.map(name => `${OWN}${name}`);
export const clusterName = fc.oneof(fc.stringMatching(/^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/), fc.constantFrom('on', 'null', 'y', 'e1', 'orders'));
export const labelValue = fc.oneof(
  fc.stringMatching(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?)?$/), fc.constantFrom('on', 'true', '0777', '1e3', '2026-11-21', '1_0', ''),
);
/** With the prefix no key is one of the library's. */
export const labelKey = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/).map(name => `example.org/${name}`);
export const labels = fc.dictionary(labelKey, labelValue, { maxKeys: 3 });
export const annotations = fc.dictionary(labelKey, line, { maxKeys: 3 });

/** A key of a Secret. */
export const entry = fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/).filter(key => key !== '.' && !key.startsWith('..') && !(key in {}));
export const secretKey: fc.Arbitrary<SecretKey> = fc.record({ name: own, key: entry });
