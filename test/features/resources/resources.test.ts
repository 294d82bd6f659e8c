import { Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-27';
import { render } from '../../support/render';

const containerWith = (resources?: ContainerResources) => render({ resources, postgres: { parameters: { shared_buffers: '64MB' } } }).database;

test('by default a member has a memory limit, and no CPU limit, which would delay Patroni', () => {
  expect(containerWith().resources).toEqual({ requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '1Gi' } });
});

test('amounts are written in the largest unit that is exact', () => {
  expect(containerWith({
    cpu: { request: Cpu.millis(1500), limit: Cpu.units(2) },
    memory: { request: Size.mebibytes(1500), limit: Size.mebibytes(2048) },
    ephemeralStorage: { request: Size.gibibytes(1), limit: Size.tebibytes(1) },
  }).resources).toEqual({
    requests: { 'cpu': '1500m', 'memory': '1500Mi', 'ephemeral-storage': '1Gi' },
    limits: { 'cpu': '2', 'memory': '2Gi', 'ephemeral-storage': '1Ti' },
  });
});

test('what is not given is not there', () => {
  expect(containerWith({ memory: { limit: Size.gibibytes(2) } }).resources).toEqual({ limits: { memory: '2Gi' } });
  expect(containerWith({})).not.toHaveProperty('resources');
});

test('shared memory is held in memory and bounded', () => {
  const { pod, database } = render({ sharedMemory: Size.mebibytes(512) });
  expect(pod.volumes).toContainEqual({ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '512Mi' } });
  expect(database.volumeMounts).toContainEqual({ name: 'shm', mountPath: '/dev/shm' });
});
