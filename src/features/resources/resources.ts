import { Size } from 'cdk8s';
import { ContainerResources, Cpu, k8s } from 'cdk8s-plus-27';
import { Feature, FeatureContext } from '../../kernel/feature';
import { isPositive, kibibytes, mebibytes, millicores, quantity, resourceRequirements } from '../../kernel/quantity';
import { Finding, Rule, valueRule } from '../../kernel/rule';

const DEFAULT_RESOURCES: ContainerResources = {
  cpu: { request: Cpu.millis(250) },
  memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) },
};
const DEFAULT_SHARED_MEMORY = Size.mebibytes(256);

/** A quarter of the memory limit: PostgreSQL's own advice for a server of its own. */
const SHARED_BUFFERS_SHARE = 4;

const resourcesOf = ({ props }: FeatureContext) => props.resources ?? DEFAULT_RESOURCES;
const sharedMemoryOf = ({ props }: FeatureContext) => props.sharedMemory ?? DEFAULT_SHARED_MEMORY;

/** What PostgreSQL gets as `shared_buffers` from the container's memory limit; without a limit nothing follows. */
export function derivedSharedBuffers(context: FeatureContext): string | undefined {
  const limit = resourcesOf(context).memory?.limit;
  return limit && `${Math.floor(mebibytes(limit) / SHARED_BUFFERS_SHARE)}MB`;
}

/** One amount that is given, as a number, and its property. */
interface Amount { readonly property: string; readonly received: string; readonly value: number; readonly limit?: number }

function amounts({ cpu, memory, ephemeralStorage }: ContainerResources): Amount[] {
  const cpuAmount = (amount?: Cpu) => amount && millicores(amount);
  const sizeAmount = (size?: Size) => size && kibibytes(size);
  return [
    { property: 'resources.cpu.request', received: cpu?.request?.amount, value: cpuAmount(cpu?.request), limit: cpuAmount(cpu?.limit) },
    { property: 'resources.cpu.limit', received: cpu?.limit?.amount, value: cpuAmount(cpu?.limit) },
    ...Object.entries({ memory, ephemeralStorage }).flatMap(([name, sizes]) => [
      { property: `resources.${name}.request`, received: text(sizes?.request), value: sizeAmount(sizes?.request), limit: sizeAmount(sizes?.limit) },
      { property: `resources.${name}.limit`, received: text(sizes?.limit), value: sizeAmount(sizes?.limit) },
    ]),
  ].filter((amount): amount is Amount => amount.value !== undefined);
}

function text(size?: Size): string | undefined {
  return size && quantity(size);
}

const pick = ({ property, received }: Amount): Finding => ({ property, received });

/** Checks of the property `resources`, for every construct that has it. */
export function resourcesRules<Input>(resources: (input: Input) => ContainerResources): Rule<Input>[] {
  return [
    {
      id: 'resources-amount',
      property: 'resources',
      allowed: 'more than zero, in whole millicores or kibibytes',
      why: 'The API server refuses the pod, or the kubelet kills it at once.',
      find: input => amounts(resources(input)).filter(({ value }) => !(Number.isInteger(value) && value > 0)).map(pick),
    },
    {
      id: 'resources-request-over-limit',
      property: 'resources',
      allowed: 'a request that is not above its limit',
      why: 'The API server refuses the pod.',
      find: input => amounts(resources(input)).filter(({ value, limit }) => limit !== undefined && value > limit).map(pick),
    },
  ];
}

const rules: Rule<FeatureContext>[] = [
  ...resourcesRules(resourcesOf),
  {
    id: 'resources-memory-limit',
    property: 'resources.memory.limit',
    allowed: 'a limit, or an explicit postgres.parameters.shared_buffers',
    why: 'Without both, Spilo takes a fifth of the node\'s memory for shared_buffers, whoever else runs there.',
    find: context => resourcesOf(context).memory?.limit === undefined && context.props.postgres?.parameters?.shared_buffers === undefined
      ? [{ received: undefined }] : [],
  },
  valueRule('shared-memory-size', 'sharedMemory', 'at least 64 MiB, and less than the memory limit',
    'Pages of /dev/shm count into the container\'s memory limit; parallel queries fail below 64 MiB.',
    context => text(sharedMemoryOf(context)), (_, context) => {
      const limit = resourcesOf(context).memory?.limit;
      const size = kibibytes(sharedMemoryOf(context));
      return isPositive(sharedMemoryOf(context)) && size >= 64 * 1024 && (limit === undefined || size < kibibytes(limit));
    }),
];

export const resourcesFeature: Feature = {
  rules,
  contribute: context => ({
    container: { resources: resourceRequirements(resourcesOf(context)) },
    volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString(quantity(sharedMemoryOf(context))) } }],
    mounts: [{ name: 'shm', mountPath: '/dev/shm' }],
  }),
};
