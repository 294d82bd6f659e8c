import * as fc from 'fast-check';
import { accesses, image, jobs, leaderService, placement, pod, replicaService, resources, storage } from './drawn/kubernetes';
import { callback, CERTIFICATES, credentials, patroni, postgres, tls } from './drawn/postgres';
import { backup, bootstrap, LOGICAL, LOGICAL_WITH_STORE, standby } from './drawn/stores';
import { annotations, clusterName, dnsLabel, own, seconds, sizes, some } from './drawn/texts';
import { onlyDefined } from '../../src/kernel/data';
import { patroniNumber, settleSpiloImage } from '../../src/spilo/image';
import { PullPolicy, RolloutStrategy, SpiloClusterProps, SpiloImage } from 'cdk8s-spilo';

/** A cluster as a program asks for it. */
export interface Program {
  readonly id: string;
  readonly namespace?: string;
  readonly props: SpiloClusterProps;
}

/** A name that leaves room for those of all CronJobs. */
const shortened = (name: string) => name.slice(0, 38).replace(/-+$/, '');

type Tagged = { readonly _data: { readonly kind: string } };
const isSuch = (value: Tagged | undefined, ...kinds: string[]) => value !== undefined && kinds.includes(value._data.kind);

/** What contradicts nothing else, whatever it is. */
const free = some<SpiloClusterProps>({
  clusterName,
  imagePullPolicy: fc.constantFrom(...Object.values(PullPolicy)),
  resources,
  sharedMemory: sizes(64, 1000),
  placement,
  leaderService,
  replicaService,
  access: accesses,
  callback,
  serviceAccount: fc.oneof(own.map(existingName => ({ existingName })), annotations.map(given => ({ annotations: given }))),
  pod,
  jobs,
});

/** How changes reach so many members. */
const rollout = (instances: number) => fc.record({
  strategy: fc.constantFrom(...Object.values(RolloutStrategy)),
  deadline: seconds(60, 7200),
  jobTtl: seconds(0, 7200),
  minReady: seconds(0, 600),
  maxUnavailable: fc.integer({ min: 1, max: Math.max(1, instances) }),
}, { requiredKeys: [] });

/** What a property says about others: a slot needs its level of WAL, certificates need an authority, a standby has its source's passwords. */
function consistent(props: SpiloClusterProps): SpiloClusterProps {
  const isLogical = Object.values(props.patroni?.slots ?? {}).some(slot => isSuch(slot, 'logical'));
  const wantsCertificates = isSuch(props.tls, 'fromSecret') && props.tls!._data.options.caEntry !== undefined;
  const isStandby = isSuch(props.bootstrap, 'standby');
  const parameters = { ...props.postgres.parameters, ...isLogical ? { wal_level: 'logical' } : {} };
  return onlyDefined({
    ...props,
    postgres: { ...props.postgres, parameters, ...wantsCertificates ? CERTIFICATES : {} },
    logicalRestore: isStandby ? undefined : props.logicalRestore,
  });
}

/** Any program that the library must accept. */
export const program: fc.Arbitrary<Program> = fc.record({
  id: clusterName,
  instances: fc.integer({ min: 0, max: 5 }),
  ofImage: fc.option(image, { nil: undefined }),
  namespace: fc.option(dnsLabel, { nil: undefined }),
}).chain(({ id, instances, ofImage, namespace }) => {
  const facts = settleSpiloImage(ofImage ?? SpiloImage.DEFAULT);
  const version = patroniNumber(facts);
  const ofPatroni = patroni(instances, namespace, version, facts.fencing);
  const drawn = fc.record({
    given: free,
    credentials: credentials(facts.createsAdminUser),
    storage,
    // Failsafe mode is on unless something else is said, and Patroni before 3 does not know it.
    patroni: version >= 300 ? fc.option(ofPatroni, { nil: undefined }) : ofPatroni,
    postgres: postgres(facts.postgresVersions),
    backup: fc.option(backup(instances), { nil: undefined }),
    bootstrap: fc.option(fc.oneof({ weight: 3, arbitrary: bootstrap }, { weight: 1, arbitrary: standby(version >= 300) }), { nil: undefined }),
    rollout: fc.option(rollout(instances), { nil: undefined }),
    tls: fc.option(tls, { nil: undefined }),
    logical: LOGICAL,
    logicalWithStore: LOGICAL_WITH_STORE,
  });
  return drawn.map(({ given: { clusterName: name, ...given }, logical, logicalWithStore, ...rest }): Program => {
    const dumps = isSuch(rest.backup, 'to') ? logicalWithStore : logical;
    const hasCronJobs = isSuch(rest.backup, 'to') || dumps.logicalDump !== undefined;
    const fits = (text: string) => hasCronJobs ? shortened(text) : text;
    return {
      id: fits(id),
      namespace,
      props: consistent(onlyDefined<SpiloClusterProps>({
        ...given, ...rest, ...dumps, instances, image: ofImage, clusterName: name && fits(name),
      } as SpiloClusterProps)),
    };
  }).filter(({ props }) => !isSuch(props.bootstrap, 'standby') || isSuch(props.credentials, 'fromSecret', 'fromSecrets'));
});
