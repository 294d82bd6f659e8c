import { Manifest } from './contribution';
import { isMap } from './data';
import { Finding, Rule } from './rule';

/** Text that kubectl's reader takes for a number: cdk8s writes YAML 1.1, which knows no such octal and leaves it unquoted. */
const OCTAL = /^[-+]?0o[0-7]+$/;
/** Nearly every text is of these alone, which is quickly seen. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;
/** Characters for which YAML readers refuse the whole file or that they take for line breaks, and halves of characters. */
const UNREADABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\p{Surrogate}]/u;

/** Texts that were found readable: the programs of the library, which every cluster has, are long. They are few, and nothing else is to stay in memory. */
const readable = new Set<string>();
const LONG = 1000;
const FEW = 50;

function isReadable(text: string): boolean {
  if (text.length > LONG && readable.has(text)) { return true; }
  const result = (PLAIN.test(text) || !UNREADABLE.test(text)) && !OCTAL.test(text);
  if (result && text.length > LONG && readable.size < FEW) { readable.add(text); }
  return result;
}

/** Paths of the texts in `value` that would not arrive as they are. */
function unreadable(value: unknown, path: string): string[] {
  if (typeof value === 'string') { return isReadable(value) ? [] : [path]; }
  if (!isMap(value) && !Array.isArray(value)) { return []; }
  return Object.entries(value).flatMap(([key, entry]) => [
    ...(isReadable(key) ? [] : [path]),
    ...unreadable(entry, `${path}.${key}`),
  ]);
}

/** Names that an object of JavaScript has anyway: cdk8s stumbles over the one, and leaves out the other. */
const OF_OBJECTS = ['constructor', '__proto__'];

/** Whether everything in `value` is readable and can be written. Nearly always so: where it is not, is only asked for then. */
function isFine(value: unknown): boolean {
  if (typeof value === 'string') { return isReadable(value); }
  if (Array.isArray(value)) { return value.every(isFine); }
  if (!isMap(value)) { return isWritable(value); }
  for (const key of Object.keys(value)) {
    if (OF_OBJECTS.includes(key) || !isReadable(key) || !isFine(value[key])) { return false; }
  }
  return true;
}

/** Both rules ask about the same objects. */
const fine = new WeakSet<Manifest>();

function isFineManifest(manifest: Manifest): boolean {
  if (fine.has(manifest)) { return true; }
  const { labels, annotations, body } = manifest;
  const result = isFine(labels) && isFine(annotations) && isFine(body);
  if (result) { fine.add(manifest); }
  return result;
}

function isWritable(value: unknown): boolean {
  if (typeof value === 'string') { return true; }
  if (typeof value === 'number') { return Number.isFinite(value); }
  if (typeof value !== 'object' || value === null) { return typeof value === 'boolean' || value === null || value === undefined; }
  if (Array.isArray(value)) { return value.every(isWritable); }
  return isMap(value) && Object.keys(value).every(key => !OF_OBJECTS.includes(key) && isWritable(value[key]));
}

/** Paths of what is no value that a manifest can have. */
function unwritable(value: unknown, path: string): string[] {
  if (isWritable(value)) { return []; }
  if (!isMap(value) && !Array.isArray(value)) { return [path]; }
  return Object.entries(value).flatMap(([key, entry]) => OF_OBJECTS.includes(key) ? [`${path}.${key}`] : unwritable(entry, `${path}.${key}`));
}

/** What a search finds in an object, which is only searched when something is wrong with it. */
function unlessFine(manifest: Manifest, search: (value: unknown, path: string) => string[]): string[] {
  const { kind, name, labels, annotations, body } = manifest;
  return isFineManifest(manifest) ? [] : search({ labels, annotations, ...body }, `${kind} ${name}`);
}

/** What only shows in the rendered objects. The text itself is not shown: it may be a secret. */
export const MANIFEST_RULES: readonly Rule<readonly Manifest[]>[] = [{
  id: 'manifest-text',
  property: 'every text of every object',
  allowed: 'texts without control characters and other line separators, and not octal numbers such as 0o17',
  why: 'kubectl reads something else than what was written, or refuses the whole file.',
  find: manifests => manifests.flatMap(manifest => unlessFine(manifest, unreadable).map((property): Finding => ({ property, received: 'a text (not shown)' }))),
}, {
  id: 'manifest-value',
  property: 'every value of every object',
  allowed: `texts, finite numbers, true, false, lists, and maps without the keys ${OF_OBJECTS.join(' and ')}`,
  why: 'cdk8s cannot write it, or leaves it out.',
  find: manifests => manifests.flatMap(manifest => unlessFine(manifest, unwritable).map((property): Finding => ({ property, received: 'a value (not shown)' }))),
}];
