import { Size } from 'cdk8s';
import { render } from '../support/render';
import { Backup, BackupStore, Resources } from 'cdk8s-spilo';

/** CPU of the dump's container, in a cluster whose members have a limit of CPU. */
function dump(resources?: Resources): unknown {
  const cronJob = render({
    resources: { cpu: { request: '1', limit: '4' }, memory: { request: Size.gibibytes(1), limit: Size.gibibytes(1) } },
    backup: Backup.to(BackupStore.existingClaim('backups')),
    logicalDump: { resources },
  }).get('CronJob', 'orders-logical-dump');
  const { requests, limits } = cronJob.spec.jobTemplate.spec.template.spec.containers[0].resources;
  return { request: requests.cpu, limit: limits.cpu };
}

describe('a helper of members with a limit of CPU', () => {
  test('has one too', () => expect(dump()).toEqual({ request: '100m', limit: '1' }));

  test('reserves little, not its limit, where the user speaks of memory only', () => {
    expect(dump({ memory: { request: Size.gibibytes(1), limit: Size.gibibytes(2) } })).toEqual({ request: '10m', limit: '1' });
  });

  test('gets a limit that is not below what the user asks for', () => {
    expect(dump({ cpu: { request: '2500m' } })).toEqual({ request: '2500m', limit: '2500m' });
  });

  test('keeps the limit of the user', () => {
    expect(dump({ cpu: { request: '100m', limit: '200m' } })).toEqual({ request: '100m', limit: '200m' });
  });
});
