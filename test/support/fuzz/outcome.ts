/** What may come of any program whatever: a refusal that says all, or objects that Kubernetes, Patroni and Spilo take. */
import { fromSpec, Made, Subject } from './constructs';
import { PLANTED } from './programs';
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

/** Makes a program, and judges what came of it. `written` is what was put into the program: it may be rendered. */
export function outcomeOf(subject: Subject, make: () => any, written: unknown): Outcome {
  let made: Made;
  try {
    made = subject.make(make());
  } catch (error) {
    return judgeRefusal(subject, error);
  }
  return { faults: judgeAccepted(subject, made, written) };
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

function judgeAccepted(subject: Subject, { objects, spec, given }: Made, written: unknown): string[] {
  try {
    const rendered = Object.values(objects).map(object => object.toJson());
    const text = JSON.stringify(given === undefined ? rendered : readable(given), (name, value) => /\.(py|sql|sh)$/.test(name) ? undefined : value);
    return [
      ...rendered.flatMap(object => schemaViolations(object).map(violation => `${object.kind} ${object.metadata.name}: ${violation}`)),
      ...leftovers(text, written),
      ...spec === undefined ? [] : sameFromJson(subject, spec),
      ...rendered.filter(({ kind }) => kind === 'StatefulSet').flatMap(object => unreadable(object, spec)),
    ];
  } catch (error) {
    return [`rendering: ${(error as Error).stack}`];
  }
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
    const arrived = { ...bootstrap.dcs.postgresql.parameters, ...postgresql.parameters };
    return Object.entries(postgres.parameters).filter(([name, value]) => arrived[name] !== value).map(([name]) => `the parameter ${name} arrives as ${arrived[name]}`);
  } catch (error) {
    return [`SPILO_CONFIGURATION: ${(error as Error).message}`];
  }
}
