import { Manifest } from './contribution';
import { Finding, Rule } from './rules';

/** Text that kubectl's reader takes for a number: cdk8s writes YAML 1.1, which knows no such octal and leaves it unquoted. */
const OCTAL = /^[-+]?0o[0-7]+$/;
/** Characters for which YAML readers refuse the whole file or that they take for line breaks. */
const UNREADABLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]/;

/** Whether there is anything to look for: JSON escapes what is below the space, so that one look at it is enough. */
function isSuspicious(json: string): boolean {
  return /\\u00[01]|\\[bf]|[\x7f-\x9f\u2028\u2029\ufffe\uffff]|"[-+]?0o[0-7]+"/.test(json);
}

/** Paths of the texts in `value` that would not arrive as they are. */
function unreadable(value: unknown, path: string): string[] {
  if (typeof value === 'string') { return OCTAL.test(value) || UNREADABLE.test(value) ? [path] : []; }
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, entry]) => [
    ...(OCTAL.test(key) || UNREADABLE.test(key) ? [path] : []),
    ...unreadable(entry, `${path}.${key}`),
  ]);
}

/** What only shows in the rendered objects. The text itself is not shown: it may be a secret. */
export const MANIFEST_RULES: readonly Rule<readonly Manifest[]>[] = [{
  id: 'manifest-text',
  property: 'every text of every object',
  allowed: 'texts without control characters and other line separators, and not octal numbers such as 0o17',
  why: 'kubectl reads something else than what was written, or refuses the whole file.',
  find: manifests => manifests.flatMap(({ kind, name, labels, annotations, body }) => {
    const texts = { labels, annotations, ...body };
    if (!isSuspicious(JSON.stringify(texts))) { return []; }
    return unreadable(texts, `${kind} ${name}`).map((property): Finding => ({ property, received: 'a text (not shown)' }));
  }),
}];
