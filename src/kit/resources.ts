import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { Amounts, kibibytes, millicores, quantity, resourceRequirements, ResourcesSpec } from '../kernel/quantity';
import { Finding, Rule } from '../kernel/rule';

/**
 * CPU of a container.
 */
export interface CpuResources {
  /**
   * What the scheduler reserves: cores as Kubernetes writes them, `'250m'` or `'2'`. A `Cpu` of any version of cdk8s-plus
   * is taken as well.
   *
   * @default - nothing is reserved, or as much as `limit`
   */
  readonly request?: any;

  /**
   * What the container may use at most, in the same form. A container that reaches it is throttled.
   *
   * @default - no limit
   */
  readonly limit?: any;
}

/**
 * An amount of bytes of a container.
 */
export interface SizeResources {
  /**
   * What the scheduler reserves.
   *
   * @default - nothing is reserved, or as much as `limit`
   */
  readonly request?: Size;

  /**
   * What the container may use at most. It is killed when it uses more.
   *
   * @default - no limit
   */
  readonly limit?: Size;
}

/**
 * CPU, memory and local disk of a container.
 */
export interface Resources {
  /**
   * CPU.
   *
   * @default - nothing is reserved, no limit
   */
  readonly cpu?: CpuResources;

  /**
   * Memory.
   *
   * @default - nothing is reserved, no limit
   */
  readonly memory?: SizeResources;

  /**
   * What the container writes to the disk of its node: logs, emptyDirs.
   *
   * @default - nothing is reserved, no limit
   */
  readonly ephemeralStorage?: SizeResources;
}

/** Resources as a spec has them; the user's replace the defaults as a whole. */
export function settleResources(resources: Resources | undefined, defaults: ResourcesSpec): ResourcesSpec {
  if (!resources) { return defaults; }
  const { cpu, memory, ephemeralStorage } = resources;
  return {
    ...cpu ? { cpu: amounts(cpu, cores) } : {},
    ...memory ? { memory: amounts(memory, quantity) } : {},
    ...ephemeralStorage ? { ephemeralStorage: amounts(ephemeralStorage, quantity) } : {},
  };
}

function amounts<Value>({ request, limit }: { request?: Value; limit?: Value }, text: (value: Value) => string): Amounts {
  return { ...request === undefined ? {} : { request: text(request) }, ...limit === undefined ? {} : { limit: text(limit) } };
}

/** cdk8s-plus's `Cpu` has its amount as Kubernetes' text. */
function cores(value: any): string {
  return String(typeof value === 'object' && value !== null ? value.amount : value);
}

/** One amount that is given, as a number, and its property. */
interface Amount { readonly property: string; readonly received: string; readonly value: number; readonly limit?: number }

function givenAmounts(property: string, resources: ResourcesSpec): Amount[] {
  return Object.entries(resources).flatMap(([name, { request, limit }]: [string, Amounts]) => {
    const number = name === 'cpu' ? millicores : kibibytes;
    return [
      ...request === undefined ? [] : [{ property: `${property}.${name}.request`, received: request, value: number(request), limit: limit && number(limit) }],
      ...limit === undefined ? [] : [{ property: `${property}.${name}.limit`, received: limit, value: number(limit) }],
    ] as Amount[];
  });
}

const pick = ({ property, received }: Amount): Finding => ({ property, received });

/** Checks of `Resources`, for every container whose resources a user may give; `property` holds them. */
export function resourcesRules<Input>(property: string, resources: (input: Input) => ResourcesSpec | undefined): Rule<Input>[] {
  const all = (input: Input) => givenAmounts(property, resources(input) ?? {});
  return [
    {
      id: 'resources-amount',
      property,
      allowed: 'more than zero, in whole millicores or kibibytes; CPU as \'250m\' or \'2\'',
      why: 'The API server refuses the pod, or the kubelet kills it at once.',
      find: input => all(input).filter(({ value }) => !(Number.isInteger(value) && value > 0)).map(pick),
    },
    {
      id: 'resources-request-over-limit',
      property,
      allowed: 'a request that is not above its limit',
      why: 'The API server refuses the pod.',
      find: input => all(input).filter(({ value, limit }) => limit !== undefined && value > limit).map(pick),
    },
  ];
}

/**
 * Resources of a container that only helps. A namespace whose quota limits CPU admits no container without a limit: where
 * the main container has one, so have its helpers.
 */
export function smallResources(limitsCpu: boolean): k8s.ResourceRequirements {
  return helperResources({ cpu: { request: '10m' }, memory: { request: '32Mi', limit: '128Mi' } }, limitsCpu)!;
}

/** What helpers get where CPU is limited: enough for a short program, and no burden for a quota. */
const HELPER_CPU = { request: '10m', limit: '1' };

/** Resources of a helper, with a limit of CPU where one is needed. */
export function helperResources(resources: ResourcesSpec, limitsCpu: boolean): k8s.ResourceRequirements | undefined {
  const cpu = limitsCpu ? limited(resources.cpu) : resources.cpu;
  return resourceRequirements(cpu ? { ...resources, cpu } : resources);
}

/** Kubernetes reserves as much as the limit where a request is missing, and refuses a limit below the request. */
function limited(cpu: Amounts = {}): Amounts {
  if (cpu.limit !== undefined) { return cpu; }
  const { request = HELPER_CPU.request } = cpu;
  return { request, limit: millicores(request) > millicores(HELPER_CPU.limit) ? request : HELPER_CPU.limit };
}
