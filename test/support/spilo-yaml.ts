import { Document, isScalar, parseDocument, Scalar, visit } from 'yaml';

/**
 * What PyYAML, with which Spilo reads `SPILO_CONFIGURATION`, takes a plain scalar for when it is no string. By its
 * resolver.py. It differs from the specification of YAML 1.1: `1e3` is a string to it, and `=` is not.
 */
const RESOLVERS: { readonly [tag: string]: RegExp } = {
  bool: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  float: new RegExp([
    '^(?:[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?', '\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?',
    '[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*', '[-+]?\\.(?:inf|Inf|INF)', '\\.(?:nan|NaN|NAN))$',
  ].join('|')),
  int: /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  merge: /^(?:<<)$/,
  null: /^(?:~|null|Null|NULL|)$/,
  timestamp: new RegExp([
    '^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}',
    '[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \\t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)$',
  ].join('|')),
  value: /^(?:=)$/,
};

/** PyYAML reads no document with one of these, and takes the last three for line breaks. */
const REFUSED = /[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\x85\u2028\u2029]/u;

/** Reads a document as Spilo does. Throws where PyYAML would, and where it would read something else than YAML 1.1 says. */
export function readAsSpilo(text: string): any {
  const [character] = REFUSED.exec(text) ?? [];
  if (character !== undefined) { throw new Error(`PyYAML refuses the character ${JSON.stringify(character)}`); }
  const document = parseDocument(text, { version: '1.1', strict: true });
  if (document.errors.length > 0) { throw document.errors[0]; }
  visit(document as Document, { Scalar: (_, scalar) => checkPlain(scalar) });
  return document.toJS();
}

function checkPlain({ type, source, value }: Scalar): void {
  if (type !== Scalar.PLAIN || source === undefined) { return; }
  if (source.includes('\t')) { throw new Error(`PyYAML refuses a tab in the plain scalar ${JSON.stringify(source)}`); }
  const [tag] = Object.entries(RESOLVERS).find(([, pattern]) => pattern.test(source)) ?? ['string'];
  if ((tag === 'string') !== (typeof value === 'string')) {
    throw new Error(`PyYAML reads ${JSON.stringify(source)} as ${tag}, and YAML 1.1 says ${typeof value}`);
  }
}

/** Whether a document repeats something by reference (`&a1`, `*a1`), which many readers of diffs cannot follow. */
export function hasAnchors(text: string): boolean {
  let found = false;
  visit(parseDocument(text), {
    Alias: () => { found = true; },
    Node: (_, node) => { found ||= !isScalar(node) && 'anchor' in node && node.anchor !== undefined; },
  });
  return found;
}
