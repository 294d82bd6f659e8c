import { contradictionRules } from './contradictions';
import { LEAST_VALUES, LOCALE_PARAMETERS, takenBy } from './parameters';
import { mebibytes } from '../../kernel/quantity';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { isSecretName } from '../../kernel/show';
import { isOneLine, isWholeNumber } from '../../kernel/syntax';
import { hbaLine, HbaLine, isHbaComment, parseHba, parseIdent } from '../../spilo/hba';
import { ClusterSpec } from '../../spilo/spec';

const PARAMETER_NAME = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/;
const LIBRARY_NAME = /^[A-Za-z0-9_$/.-]+$/;

function badParameters({ postgres: { parameters } }: ClusterSpec, isBad: (name: string, value: unknown) => boolean): Finding[] {
  return Object.entries(parameters)
    .filter(([name, value]) => isBad(name, value))
    .map(([name, value]) => ({ property: `postgres.parameters.${name}`, received: isSecretName(name) ? 'a text (not shown)' : value }));
}

interface ReadLine { readonly text: string; readonly line: HbaLine | string }

const read = new WeakMap<object, readonly ReadLine[]>();

/** What is no comment, as PostgreSQL gets it. A text of several lines is none: PostgreSQL would read what follows. */
const withoutComments = (texts: readonly string[]) => texts.map(text => ({ text, written: hbaLine(text) }))
  .filter(({ written }) => !isOneLine(written) || !isHbaComment(written));

/** The lines for clients, or what is wrong with them. Several rules ask: they are read once. */
function readHba({ postgres }: ClusterSpec): readonly ReadLine[] {
  const known = read.get(postgres);
  if (known) { return known; }
  const lines = withoutComments(postgres.hba)
    .map(({ text, written }) => ({ text, line: isOneLine(written) ? parseHba(written, postgres.version) : 'more than one line' }));
  read.set(postgres, lines);
  return lines;
}

/** The lines for clients that can be read. */
function hbaLines(spec: ClusterSpec): readonly (ReadLine & { readonly line: HbaLine })[] {
  return readHba(spec).filter((entry): entry is ReadLine & { readonly line: HbaLine } => typeof entry.line !== 'string');
}

/** Whether a line asks for a client's certificate. */
const wantsCertificate = ({ method, options }: HbaLine) => method === 'cert' || options.some(option => /^clientcert=(verify|1)/.test(option));

const mapOf = ({ options }: HbaLine) => options.map(option => /^map=(.*)$/.exec(option)?.[1]).find(name => name !== undefined);
const readIdent = ({ postgres: { ident } }: ClusterSpec) => withoutComments(ident)
  .map(({ text, written }) => ({ text, line: isOneLine(written) ? parseIdent(written) : 'more than one line' }));

/** A locale as the image has it: `en_US.UTF-8` is also written `en_US.utf8`. */
function hasLocale(locales: readonly string[], locale: string): boolean {
  const canonical = (name: string) => name.replace(/\.utf-?8$/i, '.UTF-8');
  return ['C', 'POSIX', ...locales].includes(canonical(locale));
}

/** Checks of the property `postgres`. */
export const postgresRules: readonly Rule<ClusterSpec>[] = [
  {
    id: 'postgres-version',
    property: 'postgres.version',
    allowed: 'one of the PostgreSQL majors in the image',
    why: 'Spilo takes another version than the one asked for, silently.',
    find: ({ postgres: { version }, image: { postgresVersions } }) => postgresVersions.includes(version) ? []
      : [{ received: version, allowed: `one of the majors in the image: ${postgresVersions.join(', ')}` }],
  },
  {
    id: 'postgres-parameter-name',
    property: 'postgres.parameters',
    allowed: 'lower-case names as PostgreSQL writes them, with a dot for extensions',
    why: 'PostgreSQL does not start with a parameter that it does not know.',
    find: spec => badParameters(spec, name => !PARAMETER_NAME.test(name)),
  },
  {
    id: 'postgres-parameter-value',
    property: 'postgres.parameters',
    allowed: 'a string in one line, such as \'on\' or \'256MB\'',
    why: 'Numbers and booleans change their look on the way through YAML: on becomes true, 0777 becomes 511.',
    find: spec => badParameters(spec, (_, value) => !isOneLine(value)),
  },
  {
    id: 'postgres-parameter-taken',
    property: 'postgres.parameters',
    allowed: 'parameters that neither Patroni nor the library set',
    why: 'Patroni and Spilo overwrite the value silently, or their scripts stop at it.',
    find: ({ postgres: { parameters } }) => Object.keys(parameters)
      .filter(name => takenBy(name) !== undefined)
      .map(name => ({ property: 'postgres.parameters', received: name, allowed: `not this parameter: ${takenBy(name)}` })),
  },
  {
    id: 'postgres-wal-level',
    property: 'postgres.parameters.wal_level',
    allowed: '\'replica\' or \'logical\'',
    why: 'Replicas cannot stream from a leader with wal_level minimal.',
    find: spec => badParameters(spec, (name, value) => name === 'wal_level' && !['replica', 'logical'].includes(String(value))),
  },
  {
    id: 'postgres-parameter-least',
    property: 'postgres.parameters',
    allowed: `whole numbers without a zero in front: ${Object.entries(LEAST_VALUES).map(([name, least]) => `${name} from ${least}`).join(', ')}; at most 262143`,
    why: 'Patroni replaces another value by its own, silently; a zero in front makes it octal; PostgreSQL does not start with a larger one.',
    find: spec => badParameters(spec, (name, value) =>
      Object.hasOwn(LEAST_VALUES, name) && !(/^(0|[1-9]\d*)$/.test(String(value)) && isWholeNumber(Number(value), LEAST_VALUES[name], 262143))),
  },
  {
    id: 'postgres-parameter-locale',
    property: 'postgres.parameters',
    allowed: 'a locale of the image, C or POSIX',
    why: 'PostgreSQL does not start with a locale that the image does not have.',
    find: spec => badParameters(spec, (name, value) => LOCALE_PARAMETERS.includes(name) && !hasLocale(spec.image.locales, String(value))),
  },
  ...contradictionRules,
  {
    id: 'postgres-preload-library',
    property: 'postgres.preloadLibraries',
    allowed: 'names of libraries, each once, without commas or spaces',
    why: 'PostgreSQL does not start when it cannot load a library.',
    find: ({ postgres: { preloadLibraries } }) => preloadLibraries
      .filter((name, index, all) => !LIBRARY_NAME.test(name) || all.indexOf(name) < index).map(received => ({ received })),
  },
  {
    id: 'postgres-hba-line',
    property: 'postgres.hba',
    allowed: 'lines of pg_hba.conf: type, database, user, address (not for local), method',
    why: 'PostgreSQL keeps the old rules when it cannot read the file, and does not start with it.',
    find: spec => readHba(spec).flatMap(({ text, line }) =>
      typeof line === 'string' ? [{ received: text, allowed: `lines of pg_hba.conf; this is ${line}` }] : []),
  },
  {
    id: 'postgres-hba-empty',
    property: 'postgres.hba',
    allowed: 'at least one line that is no comment',
    why: 'No client could connect.',
    find: spec => readHba(spec).length === 0 ? [{ received: spec.postgres.hba }] : [],
  },
  {
    id: 'postgres-hba-certificate',
    property: 'postgres.hba',
    allowed: 'cert and clientcert only with tls and its caEntry',
    why: 'Without an authority PostgreSQL can check no client\'s certificate, and refuses every connection.',
    find: spec => spec.tls?.caEntry !== undefined
      ? []
      : hbaLines(spec).filter(({ line }) => wantsCertificate(line)).map(({ text }) => ({ received: text })),
  },
  {
    id: 'postgres-hba-map',
    property: 'postgres.hba',
    allowed: 'map= with the name of a map in postgres.ident',
    why: 'PostgreSQL finds no map of this name and lets nobody in by the line.',
    find: spec => {
      const maps = readIdent(spec).flatMap(({ line }) => typeof line === 'string' ? [] : [line.map]);
      return hbaLines(spec).filter(({ line }) => mapOf(line) !== undefined && !maps.includes(mapOf(line)!)).map(({ text }) => ({ received: text }));
    },
  },
  {
    id: 'postgres-ident-line',
    property: 'postgres.ident',
    allowed: 'lines of pg_ident.conf: map, name of the client\'s system, user of PostgreSQL\'s',
    why: 'PostgreSQL keeps the old rules when it cannot read the file.',
    find: spec => readIdent(spec).flatMap(({ text, line }) =>
      typeof line === 'string' ? [{ received: text, allowed: `lines of pg_ident.conf; this is ${line}` }] : []),
  },
  {
    id: 'postgres-locale',
    property: 'postgres.initdb.locale',
    allowed: 'a locale that is compiled in the image, C or POSIX',
    why: 'initdb fails on a locale that the image does not have: the cluster never starts.',
    find: ({ postgres: { initdb: { locale } }, image: { locales } }) => hasLocale(locales, locale) ? []
      : [{ received: locale, allowed: `one of ${['C', 'POSIX', ...locales].join(', ')}, which the image has` }],
  },
  valueRule('postgres-wal-segment-size', 'postgres.initdb.walSegmentSize', 'a power of two from 1 MiB to 1 GiB',
    'initdb refuses it and the cluster never starts.',
    ({ postgres }) => postgres.initdb.walSegmentSize, size => /^\d+[MG]i$/.test(size) && isWholeNumber(mebibytes(size), 1, 1024) && Number.isInteger(Math.log2(mebibytes(size)))),
  {
    id: 'postgres-initdb-option',
    property: 'postgres.initdb.uncheckedOptions',
    allowed: 'names of options of initdb in one line, without dashes in front, other than encoding, locale, data-checksums and wal-segsize',
    why: 'Patroni refuses the option, or it contradicts what the library says.',
    // The value may be a secret.
    find: ({ postgres: { initdb: { uncheckedOptions } } }) => Object.entries(uncheckedOptions)
      .filter(([name, value]) => !/^[a-z][a-z0-9-]*$/.test(name) || !(value === '' || isOneLine(value))
        || ['encoding', 'locale', 'data-checksums', 'wal-segsize', 'pgdata', 'username', 'pwfile', 'pwprompt'].includes(name))
      .map(([received]) => ({ received })),
  },
];
