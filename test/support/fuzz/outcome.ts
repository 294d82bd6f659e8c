/** What may come of any program whatever: a refusal that says all, or objects that Kubernetes, Patroni and Spilo take. */
import { fromSpec, Made, Subject } from './constructs';
import { outlineOf } from './outline';
import { ABSENT, Place, replaced, valueAt } from './places';
import { PLANTED, PROGRAMS } from './programs';
import { checkShape } from '../../../src/kernel/shape';
import { Shapes } from '../../../src/kernel/shape-table';
import properties from '../../../src/properties.json';
import { environment } from '../kubernetes-expansion';
import { schemaViolations } from '../kubernetes-schema';
import { readAsSpilo } from '../spilo-yaml';

/** What came of a program. */
export interface Outcome {
  /** Ids of the rules that refuse it; none where it was accepted. */
  readonly refusedBy?: readonly string[];
  /** What is wrong with the outcome itself. */
  readonly faults: readonly string[];
}

/** One thing in one place of a good program. */
export interface Case {
  readonly subject: Subject;
  readonly program: any;
  readonly place: Place;
  readonly value: unknown;
}

/** Makes a good program, and says what is wrong with it. */
export function faultsOfProgram(subject: Subject, program: any): readonly string[] {
  try {
    return judgeAccepted(subject, subject.make(program), undefined);
  } catch (error) {
    return [`refused: ${(error as Error).message}`];
  }
}

/** Makes a program, and judges what came of it. */
export function outcomeOf({ subject, program, place, value }: Case): Outcome {
  let made: Made;
  try {
    made = subject.make(replaced(program, place.path, value, place.type));
  } catch (error) {
    return judgeRefusal(subject, error);
  }
  const faults = judgeAccepted(subject, made, value, place);
  return { faults: faults.length > 0 ? faults : [...ignored(place, value), ...displaced({ subject, program, place, value }, made)] };
}

const LINE = /^ {2}\[([a-z0-9-]+)\] (\S+?): .*: received .*, allowed: .+$/;
const WHY = /^ {4}\S.*\.? https:\/\/\S+\/docs\/rules\.md#([a-z0-9-]+)$/;
const LONGEST = 20_000;

function judgeRefusal({ path, rules }: Subject, error: unknown): Outcome {
  if (!(error instanceof Error)) { return { faults: [`thrown: ${String(error)}`] }; }
  const [first, ...lines] = error.message.split('\n');
  const ids = lines.filter((_, index) => index % 2 === 0).map(line => LINE.exec(line)?.[1] ?? '');
  const known = rules.map(({ id }) => id);
  const faults = [
    ...Object.getPrototypeOf(error) === Error.prototype ? [] : [`a ${error.constructor.name}: ${error.message}\n${error.stack}`],
    ...new RegExp(`^${path} is refused: \\d+ violations?, nothing was written$`).test(first) ? [] : [`first line: ${first}`],
    ...lines.filter((line, index) => index % 2 === 0 ? LINE.exec(line)?.[2] !== path : !WHY.test(line)).map(line => `line: ${line.slice(0, 300)}`),
    ...ids.filter(id => !known.includes(id)).map(id => `no such rule: ${id}`),
    ...error.message.includes(PLANTED) ? [`shows a secret: ${lines.find(line => line.includes(PLANTED))}`] : [],
    ...error.message.length > LONGEST ? [`${error.message.length} characters`] : [],
    ...lines.some(line => /[\x00-\x1f\x7f]/.test(line)) ? ['control characters'] : [],
  ];
  return { refusedBy: ids, faults: first === undefined ? ['no message'] : faults };
}

function judgeAccepted(subject: Subject, { objects, spec, given }: Made, written: unknown, place?: Place): string[] {
  try {
    const rendered = Object.values(objects).map(object => object.toJson());
    const text = JSON.stringify(given === undefined ? rendered : readable(given), (name, value) => /\.(py|sql|sh)$/.test(name) ? undefined : value);
    return [
      ...rendered.flatMap(object => schemaViolations(object).filter(violation => !isCarried(violation, place)).map(violation => `${object.kind} ${object.metadata.name}: ${violation}`)),
      ...leftovers(text, written),
      ...spec === undefined ? [] : sameFromJson(subject, spec),
      ...rendered.filter(({ kind }) => kind === 'StatefulSet').flatMap(object => unreadable(object, place?.option.includes('unchecked') ? { postgres: { parameters: {} } } : spec)),
    ];
  } catch (error) {
    return [`rendering: ${(error as Error).stack}`];
  }
}

/** What was accepted although nothing can have come of it: a name that the API does not have, or a value of another type. */
function ignored({ type, option }: Place, value: unknown): string[] {
  if (value === undefined || value === null || value === ABSENT || type === 'key') { return []; }
  // JavaScript itself leaves out the argument that a function does not have.
  if (type === 'unknown') { return isStruct(option.replace(/ unknown$/, '')) ? ['is ignored'] : []; }
  return checkShape(properties, type, value).length > 0 ? ['is of another type'] : [];
}

const isStruct = (type: string) => (properties as Shapes)[type]?.properties !== undefined;

/** What Kubernetes has and the library does not know is carried: newer versions have more fields. */
const isCarried = (violation: string, place?: Place) => place?.type === 'any' && violation.endsWith(' is no field of Kubernetes');

/** Texts that are lines, settings or files themselves, and so have more than one word. */
const WHOLE = /uncheckedLines|uncheckedConfig|hba|ident|databases\{\}|template$|script$|sql$/;
const PLAIN = /^[\w./:@-]*$/;
const HARMLESS: readonly unknown[] = ['a', '/a', 'a.example.org', 'A', 'http://a', '1'];

const outlines = new Map<string, string[] | undefined>();

/** Where a text left its place: it is more than one word there, or a key, a line or a section of its own. */
function displaced({ subject, program, place, value }: Case, made: Made): string[] {
  if (typeof value !== 'string' || PLAIN.test(value) || place.type !== 'string' || WHOLE.test(place.option)) { return []; }
  const id = `${subject.type} ${PROGRAMS[subject.type].indexOf(program)} ${place.path.join('.')}`;
  if (!outlines.has(id)) { outlines.set(id, harmless(subject, program, place)); }
  const [expected, seen] = [outlines.get(id), outlined(made, value)];
  if (expected === undefined) { return []; }
  const index = seen.findIndex((line, at) => line.replace('as written', '1 lines') !== expected[at]);
  return index < 0 && seen.length === expected.length ? [] : [`left its place: ${seen[index]} instead of ${expected[index]}`];
}

const outlined = ({ objects }: Made, written: unknown) => outlineOf(Object.values(objects).map(object => object.toJson()), written);

/** The outline of the program with a harmless text in the place: its own, or another one that is accepted there. */
function harmless(subject: Subject, program: any, { path, type }: Place): string[] | undefined {
  const own = valueAt(program, path);
  for (const text of [own, ...HARMLESS].filter(one => typeof one === 'string' && PLAIN.test(one))) {
    try { return outlined(subject.make(replaced(program, path, text, type)), undefined); } catch { /* the next one */ }
  }
  return undefined;
}

/** The public members of what a method gave. */
function readable(given: any): unknown {
  const { env, endpoint, clusterName, leaderServiceName, replicaServiceName, podsServiceName } = given;
  return { env, endpoint, clusterName, leaderServiceName, replicaServiceName, podsServiceName };
}

/** Texts of JavaScript's own, and those that tools which read manifests replace: nobody may find one that was not written. */
const LEFTOVERS = [/undefined/, /\[object /, /\bNaN\b/, /\bInfinity\b/, /\$\{[A-Za-z_]/, /\{\{/, /function /, /Symbol\(/];

function leftovers(text: string, written: unknown): string[] {
  const allowed = `${describe(written)} to {{primary.host}}`;
  return LEFTOVERS.filter(pattern => pattern.test(text) && !pattern.test(allowed))
    .map(pattern => `rendered ${pattern}: ...${text.slice(Math.max(0, text.search(pattern) - 80), text.search(pattern) + 40)}`);
}

/** What was written, as a text. */
export function describe(value: unknown): string {
  if (typeof value === 'string') { return value; }
  try { return JSON.stringify(value) ?? String(value); } catch { return 'a value that cannot be written'; }
}

function sameFromJson(subject: Subject, spec: any): string[] {
  const [now, then] = [spec, JSON.parse(JSON.stringify(spec))].map(one => JSON.stringify(fromSpec(subject, one)));
  return now === then ? [] : ['the spec that is read back from JSON renders something else'];
}

/** What Spilo does not read, or reads as something else. */
function unreadable({ spec: { template } }: any, { postgres }: any): string[] {
  if (!postgres) { return []; }
  const { SPILO_CONFIGURATION } = environment(template.spec.containers[0].env);
  try {
    const { bootstrap, postgresql } = readAsSpilo(SPILO_CONFIGURATION);
    const arrived = { ...bootstrap?.dcs?.postgresql?.parameters, ...postgresql?.parameters };
    return Object.entries(postgres.parameters).filter(([name, value]) => arrived[name] !== value).map(([name]) => `the parameter ${name} arrives as ${arrived[name]}`);
  } catch (error) {
    return [`SPILO_CONFIGURATION: ${(error as Error).message}`];
  }
}
