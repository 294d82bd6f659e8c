import { Endpoint } from './endpoint';
import { check, refusal, Rule } from '../kernel/rule';
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
   * `PGPASSWORD` from its Secret, `PGSSLMODE`, and `PGTARGETSESSIONATTRS`, which keeps a writer off a member that has
   * just ceased to be the leader. In other languages use `connect()`.
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

type Input = Partial<ConnectionOptions>;

/** Checks of `connection()`. */
export const CONNECTION_RULES: readonly Rule<Input>[] = [
  {
    id: 'connection-user',
    property: 'connection.user',
    allowed: 'a user and its password; superuserConnection() for administration',
    why: 'An application that logs in as the superuser can destroy everything, and one without a password cannot log in.',
    find: ({ user, password }) => isText(user) && typeof password === 'object' && password !== null ? [] : [{ received: isText(user) ? 'no password' : user }],
  },
  {
    id: 'connection-database',
    property: 'connection.database',
    allowed: 'a name in one line',
    why: 'libpq would take another database.',
    find: ({ database }) => database === undefined || isText(database) ? [] : [{ received: database }],
  },
  secretKeyRule('connection-password', 'connection.password', ({ password }) => ({ 'connection.password': password ?? undefined })),
];

const isText = (text: unknown) => isOneLine(text) && text.trim() !== '';

/** A connection of a user, checked; `path` is that of the construct that gives it. */
export function userConnection(
  path: string,
  endpoints: { [target in ConnectionTarget]: Endpoint },
  options: ConnectionOptions,
  asksRole = true,
): Connection {
  const violations = check(CONNECTION_RULES, options ?? {});
  if (violations.length > 0) { throw refusal(path, violations); }
  const { user, password, database = user, target = ConnectionTarget.LEADER } = options;
  return Connection._of({ endpoint: endpoints[target], target, database, user, password, asksRole });
}
