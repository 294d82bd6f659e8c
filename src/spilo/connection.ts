import { Endpoint } from './endpoint';
import { check, refusal, Rule, valueRule } from '../kernel/rule';
import { repair } from '../kernel/shape';
import { Shapes } from '../kernel/shape-table';
import { isOneLine } from '../kernel/syntax';
import { literally } from '../kernel/text';
import { SecretKey, secretKeyRule } from '../kit/secret-key';

/**
 * Which members a connection is for.
 */
export enum ConnectionTarget {
  /** The leader: reading and writing. */
  LEADER = 'leader',
  /** The replicas: reading only. */
  REPLICAS = 'replicas',
}

/**
 * Where the superuser connects to.
 */
export interface SuperuserConnectionOptions {
  /**
   * The members to connect to.
   *
   * @default ConnectionTarget.LEADER
   */
  readonly target?: ConnectionTarget;

  /**
   * The database.
   *
   * @default 'postgres'
   */
  readonly database?: string;
}

/**
 * Who connects where.
 */
export interface ConnectionOptions {
  /**
   * The user.
   */
  readonly user: string;

  /**
   * Where the password of `user` is: a Secret in the namespace of whoever connects.
   */
  readonly password: SecretKey;

  /**
   * The database.
   *
   * @default - the name of the user, as libpq has it
   */
  readonly database?: string;

  /**
   * The members to connect to. A pooler leads to those that it was made for, and refuses another one.
   *
   * @default ConnectionTarget.LEADER
   */
  readonly target?: ConnectionTarget;
}

/**
 * A variable of a container: `EnvValue` of every version of cdk8s-plus has the same fields, so that in TypeScript either
 * may be given for the other.
 */
export interface ConnectionVariable {
  /**
   * The text.
   *
   * @default - `valueFrom` says where it is
   */
  readonly value?: any;

  /**
   * Where the value is, as Kubernetes has it.
   *
   * @default - `value` is the text
   */
  readonly valueFrom?: any;
}

/** What every connection says, whoever connects. */
interface ConnectionData {
  readonly endpoint: Endpoint;
  readonly target: ConnectionTarget;
  readonly database: string;
  readonly user: string;
  readonly password: SecretKey;
  /** Whether the server on the other side tells a leader from a replica. A pooler does not. */
  readonly asksRole: boolean;
}

/**
 * How an application reaches a cluster.
 */
export class Connection {
  /** @internal */
  public static _of(data: ConnectionData): Connection { return new Connection(data); }

  /** Where to. */
  public readonly endpoint: Endpoint;

  /**
   * libpq's variables, for the containers of a cdk8s-plus workload in TypeScript: `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER`,
   * `PGPASSWORD` from its Secret, `PGSSLMODE`, `PGCONNECT_TIMEOUT` of 5 s, and `PGTARGETSESSIONATTRS`, which keeps a writer
   * off a member that has just ceased to be the leader. In other languages use `connect()`.
   */
  public readonly env: { [name: string]: ConnectionVariable };

  private constructor(data: ConnectionData) {
    const { endpoint, target, database, user, password, asksRole } = data;
    this.endpoint = endpoint;
    this.env = {
      PGHOST: { value: endpoint.hostname },
      PGPORT: { value: String(endpoint.port) },
      PGDATABASE: { value: literally(database) },
      PGUSER: { value: literally(user) },
      PGPASSWORD: { valueFrom: { secretKeyRef: { name: password.name, key: password.key } } },
      PGSSLMODE: { value: 'require' },
      // An address that answers nobody: libpq would wait for minutes, until the kernel gives up.
      PGCONNECT_TIMEOUT: { value: '5' },
      PGTARGETSESSIONATTRS: { value: asksRole && target === ConnectionTarget.LEADER ? 'read-write' : 'any' },
    };
  }

  /** The same as a list, as a container in Kubernetes' own JSON has it. */
  public get envList(): any[] {
    return Object.entries(this.env).map(([name, variable]) => ({ name, ...variable }));
  }

  /**
   * Gives the variables to a container of cdk8s-plus, whatever its version.
   *
   * @param container a `Container` of cdk8s-plus.
   */
  public connect(container: any): void {
    for (const [name, value] of Object.entries(this.env)) { container.env.addVariable(name, value); }
  }
}

/** Who gives connections, and where they lead. */
export interface ConnectionSource {
  /** Path of the construct. */
  readonly path: string;
  /** The table of public types. */
  readonly shapes: Shapes;
  readonly endpoints: { readonly [target in ConnectionTarget]: Endpoint };
  /** The only members that it leads to, where it was made for those. */
  readonly onlyTarget?: string;
  /** Whether the server on the other side tells a leader from a replica. */
  readonly asksRole: boolean;
}

/** What somebody asks for, and of whom. */
type Asked = ConnectionOptions & Pick<ConnectionSource, 'onlyTarget'>;

const isText = (text: unknown) => isOneLine(text) && text.trim() !== '';

/** Checks of `connection()`. */
export const CONNECTION_RULES: readonly Rule<Asked>[] = [
  valueRule('connection-user', 'connection.user', 'a name in one line', 'libpq would log in by the name of the user that the process runs as.',
    ({ user }) => user, isText),
  valueRule('connection-database', 'connection.database', 'a name in one line', 'libpq would take another database.',
    ({ database }) => database, isText),
  secretKeyRule('connection-password', 'connection.password', ({ password }) => ({ 'connection.password': password })),
  valueRule('connection-pooler-target', 'connection.target', 'the target of the pooler, or none',
    'A pooler leads to the members that it was made for, whoever asks.',
    ({ target }) => target, (target, { onlyTarget }) => onlyTarget === undefined || target === onlyTarget),
];

/** The options, or the one error that says all that is wrong with them. */
function admitted<Options extends object>(
  { path, shapes, onlyTarget }: ConnectionSource, type: string, given: Options, asked: (options: Options) => ConnectionOptions,
): ConnectionOptions {
  const { value, violations } = repair(shapes, type, given, 'connection');
  const all = [...violations, ...value === undefined ? [] : check(CONNECTION_RULES, { ...asked(value), onlyTarget })];
  if (value === undefined || all.length > 0) { throw refusal(path, all); }
  return asked(value);
}

function connection(source: ConnectionSource, { user, password, database = user, target = ConnectionTarget.LEADER }: ConnectionOptions): Connection {
  return Connection._of({ endpoint: source.endpoints[target], target, database, user, password, asksRole: source.asksRole });
}

/** A connection of a user, checked. */
export function userConnection(source: ConnectionSource, options: ConnectionOptions): Connection {
  return connection(source, admitted(source, 'ConnectionOptions', options, given => given));
}

/** A connection of the superuser, checked. */
export function superuserConnection(
  source: ConnectionSource, superuser: Pick<ConnectionOptions, 'user' | 'password'>, options: SuperuserConnectionOptions = {},
): Connection {
  return connection(source, admitted(source, 'SuperuserConnectionOptions', options, given => ({ database: 'postgres', ...given, ...superuser })));
}
