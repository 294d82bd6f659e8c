import { render } from '../../support/render';
import { Backup, BackupStore, Fencing } from 'cdk8s-spilo';

const fenced = render({ patroni: { fencing: Fencing.watchdog() } });

test('without it a member starts as its image does', () => {
  const { database, configuration } = render();
  expect(database.command).toBeUndefined();
  expect(configuration.watchdog).toBeUndefined();
});

test('the fence stands before Patroni starts, and a member whose fence does not stand does not start', () => {
  expect(fenced.database.command).toEqual([
    '/bin/sh', '-c', 'python3 /etc/cdk8s-spilo/programs/fence.py /run/fence /home/postgres/pgdata/pgroot/data && exec "$@"', 'sh', '/launch.sh', 'init',
  ]);
});

test('a member without a fence never leads: it is the watchdog that Patroni requires', () => {
  expect(fenced.configuration.watchdog).toEqual({ mode: 'required', driver: 'testing', device: '/run/fence', safety_margin: 5 });
});

test('members find the program, also where they archive', () => {
  const claim = BackupStore.existingClaim('archive');
  for (const { database, pod, objects } of [fenced, render({ patroni: { fencing: Fencing.watchdog() }, backup: Backup.to(claim) })]) {
    expect(database.volumeMounts.filter(({ name }: any) => name === 'programs')).toEqual([{ name: 'programs', mountPath: '/etc/cdk8s-spilo/programs', readOnly: true }]);
    expect(pod.volumes.filter(({ name }: any) => name === 'programs')).toEqual([{ name: 'programs', configMap: { name: 'orders-programs' } }]);
    expect(Object.keys(objects.find(({ metadata }) => metadata.name === 'orders-programs')!.data)).toEqual(expect.arrayContaining(['fence.py', 'say.py']));
  }
});

test('it asks for no capability and shares no processes: it is in the container whose PostgreSQL it ends', () => {
  expect(fenced.database.securityContext).toEqual(render().database.securityContext);
  expect(fenced.pod.shareProcessNamespace).toBeUndefined();
});
