import { App, Chart, Size } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { environment, Environment } from './kubernetes-expansion';
import { readAsSpilo } from './spilo-yaml';
import { Backup, Credentials, PostgresOptions, SecretKey, SpiloCluster, SpiloClusterProps } from 'cdk8s-spilo';

/** A Kubernetes object as it is in the file. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels; readonly annotations?: Labels };
  readonly [key: string]: any;
}
type Labels = { readonly [key: string]: string };

/** What a program renders, read back from the YAML text. */
export class Rendered {
  private read?: readonly KubernetesObject[];

  constructor(public readonly yaml: string) {}

  public get objects(): readonly KubernetesObject[] {
    this.read ??= readYaml(this.yaml);
    return this.read;
  }

  /** All objects of a kind, in the order of the file. */
  public all(kind: string): readonly KubernetesObject[] {
    return this.objects.filter(object => object.kind === kind);
  }

  /** The one object of a kind, or the one with the name. */
  public get(kind: string, name?: string): KubernetesObject {
    const found = this.all(kind).filter(({ metadata }) => name === undefined || metadata.name === name);
    if (found.length !== 1) { throw new Error(`${found.length} objects instead of one: ${kind} ${name ?? ''}\n${this.list()}`); }
    return found[0];
  }

  /** Whether there is such an object. */
  public has(kind: string, name: string): boolean {
    return this.all(kind).some(({ metadata }) => metadata.name === name);
  }

  /** `Kind name` of every object, in the order of the file. */
  public list(): readonly string[] {
    return this.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  }

  public get statefulSet(): any { return this.get('StatefulSet').spec; }

  /** The pod of a member. */
  public get pod(): any { return this.statefulSet.template.spec; }

  /** The database container. */
  public get database(): any {
    return this.pod.containers.find(({ name }: { name: string }) => name === 'postgres');
  }

  /** The variables of the database container as the process sees them; those from elsewhere as JSON. */
  public get env(): Environment { return environment(this.database.env); }

  /** `SPILO_CONFIGURATION` as Spilo reads it: after Kubernetes' expansion, with PyYAML. */
  public get configuration(): any { return readAsSpilo(this.env.SPILO_CONFIGURATION); }

  /** The lines of the crontab. */
  public get crontab(): readonly string[] { return JSON.parse(this.env.CRONTAB ?? '[]'); }
}

/** Reads a file of manifests. */
export function readYaml(text: string): KubernetesObject[] {
  return parseAllDocuments(text).map(document => {
    if (document.errors.length > 0) { throw document.errors[0]; }
    return document.toJS();
  });
}

/** An entry of a Secret of the user's. */
export function secretKey(name: string, key = 'password'): SecretKey {
  return { name, key };
}

/** The shortest program that says all that it must, and that it means to have no backup. */
export const SHORTEST: SpiloClusterProps = {
  credentials: Credentials.fromSecret('orders-passwords'),
  storage: { size: Size.gibibytes(50) },
  postgres: { version: 17 },
  backup: Backup.none(),
};

/** Properties of a program as tests give them: those of PostgreSQL beside the version. */
export type Props = Omit<Partial<SpiloClusterProps>, 'postgres'> & { readonly postgres?: Partial<PostgresOptions> };

/** The shortest program with other properties. */
export function program({ postgres, ...props }: Props = {}): SpiloClusterProps {
  return { ...SHORTEST, ...props, postgres: { ...SHORTEST.postgres, ...postgres } };
}

/** A chart in an app of its own. */
export function chart(namespace?: string): Chart {
  return new Chart(new App(), 'test', { namespace });
}

/** The whole file of an app. */
export function synthesize(scope: Chart): Rendered {
  return new Rendered((App.of(scope) as App).synthYaml());
}

/** Renders a cluster `orders` in the namespace `shop`: the shortest program with other properties. */
export function render(props: Props = {}): Rendered {
  return synthesize(cluster(props).node.scope as Chart);
}

/** A cluster `orders` in the namespace `shop`, not yet rendered. */
export function cluster(props: Props = {}): SpiloCluster {
  return new SpiloCluster(chart('shop'), 'orders', program(props));
}

/** The message with which a program is refused. */
export function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the program was accepted');
}
