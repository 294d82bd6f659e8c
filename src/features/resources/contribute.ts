import { k8s } from 'cdk8s-plus-27';
import { Feature } from '../../kernel/feature';
import { isPositiveSize, kibibytes, resourceRequirements } from '../../kernel/quantity';
import { Rule, valueRule } from '../../kernel/rule';
import { resourcesRules } from '../../kit/resources';
import { ClusterSpec } from '../../spilo/spec';

const rules: Rule<ClusterSpec>[] = [
  ...resourcesRules<ClusterSpec>('resources', ({ resources }) => resources),
  {
    id: 'resources-memory-limit',
    property: 'resources.memory.limit',
    allowed: 'a limit, or an explicit postgres.parameters.shared_buffers',
    why: 'Without both, Spilo takes a fifth of the node\'s memory for shared_buffers, whoever else runs there.',
    find: ({ resources, postgres }) => resources.memory?.limit === undefined && postgres.parameters.shared_buffers === undefined
      ? [{ received: undefined }] : [],
  },
  valueRule('shared-memory-size', 'sharedMemory', 'at least 64 MiB, and less than the memory limit',
    'Pages of /dev/shm count into the container\'s memory limit; parallel queries fail below 64 MiB.',
    ({ sharedMemory }) => sharedMemory, (size, { resources: { memory } }) => isPositiveSize(size) && kibibytes(size) >= 64 * 1024
      && (memory?.limit === undefined || !(kibibytes(size) >= kibibytes(memory.limit)))),
];

/** CPU and memory of the database container. */
export const resourcesFeature: Feature<ClusterSpec> = {
  rules,
  contribute: ({ resources, sharedMemory }) => ({
    container: { resources: resourceRequirements(resources) },
    volumes: [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString(sharedMemory) } }],
    mounts: [{ name: 'shm', mountPath: '/dev/shm' }],
  }),
};
