import { parseAllDocuments } from 'yaml';
import { environment } from '../../support/kubernetes-expansion';
import type { KubernetesObject } from '../../support/render';
import { readAsSpilo } from '../../support/spilo-yaml';

/** One way in which a manifest starts a program. */
export interface Start {
  /** The program's path and its arguments. */
  readonly words: readonly string[];
  /** The directory of its variables, if it runs by `envdir`. */
  readonly envdir?: string;
  /** Whether Spilo starts it in the database container, from the configuration or the crontab. */
  readonly member: boolean;
  readonly pod: any;
  readonly container: any;
  readonly objects: readonly KubernetesObject[];
}

/** Programs and their arguments in a line for a shell. */
const PROGRAM = /python3 (\S+\.py)((?: [^\s;&|}'>]+)*)/g;
/** What such a line gets from PostgreSQL. */
const SEGMENT = 'pg_wal/000000010000000000000001';

/** Every start of a program in one file of manifests. */
export function startsIn(yaml: string): Start[] {
  const objects = parseAllDocuments(yaml).map(document => document.toJS() as KubernetesObject);
  return objects.flatMap(({ spec }) => {
    const pod = (spec?.jobTemplate?.spec ?? spec)?.template?.spec;
    return [...pod?.initContainers ?? [], ...pod?.containers ?? []]
      .flatMap((container: any) => startsOf(container).map(start => ({ ...start, pod, container, objects })));
  });
}

/** What new clusters begin with: `bootstrap.dcs` of every member template in one file of manifests. */
export function firstConfigurations(yaml: string): { readonly [key: string]: unknown }[] {
  return parseAllDocuments(yaml).map(document => document.toJS() as KubernetesObject).filter(({ kind }) => kind === 'StatefulSet')
    .flatMap(({ spec }) => spec.template.spec.containers.map((container: any) => environment(container.env ?? []).SPILO_CONFIGURATION))
    .filter(text => text !== undefined).map(text => readAsSpilo(text).bootstrap.dcs);
}

export type Words = Pick<Start, 'words' | 'envdir' | 'member'>;

function startsOf(container: any): Words[] {
  const command: string[] = [...container.command ?? [], ...container.args ?? []];
  const program = command.indexOf('python3') + 1;
  const first = command[1] === '-c' && /^python3 /.test(command[2]) ? startsInLine(command[2]) : [];
  if (program > 0) { return [{ words: command.slice(program), envdir: command[0] === 'envdir' ? command[1] : undefined, member: false }]; }
  const { SPILO_CONFIGURATION, CRONTAB } = environment(container.env ?? []);
  const lines: string[] = JSON.parse(CRONTAB ?? '[]');
  const inConfiguration = SPILO_CONFIGURATION ? startsInConfiguration(readAsSpilo(SPILO_CONFIGURATION)) : [];
  return [...first, ...lines.flatMap(line => startsInLine(line)), ...inConfiguration];
}

export function startsInLine(line: string, more: readonly string[] = []): Words[] {
  return [...line.replaceAll('"$0"', SEGMENT).matchAll(PROGRAM)].map(([, program, rest]) => ({
    words: [program, ...rest.split(' ').filter(word => word !== ''), ...more],
    envdir: /envdir (\S+)/.exec(line)?.[1],
    member: true,
  }));
}

/** Commands in Patroni's configuration. To a method, which has one beside its own settings, Patroni gives these and some of its own. */
function startsInConfiguration(section: any): Words[] {
  if (typeof section !== 'object' || section === null) { return []; }
  return Object.entries(section).flatMap(([key, value]) => {
    if (typeof value !== 'string') { return startsInConfiguration(value); }
    return key === 'command' ? startsInLine(value, methodArguments(section)) : startsInLine(value);
  });
}

function methodArguments(method: any): string[] {
  const settings = Object.entries(method).filter(([key, value]) => key !== 'command' && typeof value !== 'object');
  return ['--scope=orders', '--datadir=/home/postgres/data', '--role=replica', '--connstring=', ...settings.map(([key, value]) => `--${key}=${value}`)];
}
