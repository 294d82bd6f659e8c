import { Duration, Size } from 'cdk8s';
import { SpiloClusterProps } from './props';
import { settleAccess } from '../features/access/access';
import { settleBackup } from '../features/backup/backup';
import { settleBootstrap } from '../features/bootstrap/bootstrap';
import { settleCallback } from '../features/callback/callback';
import { settleCredentials } from '../features/credentials/credentials';
import { settleLogicalDump } from '../features/logical/dump';
import { settleLogicalRestore } from '../features/logical/restore';
import { settlePatroni } from '../features/patroni/patroni';
import { settlePostgres } from '../features/postgres/postgres';
import { settleRollout } from '../features/rollout/rollout';
import { settleServiceAccount } from '../features/service-account/service-account';
import { settleStorage } from '../features/storage/storage';
import { settleTls } from '../features/tls/tls';
import { onlyDefined } from '../kernel/data';
import { quantity, ResourcesSpec } from '../kernel/quantity';
import { settlePlacement } from '../kit/placement';
import { settlePod } from '../kit/pod-options';
import { PullPolicy } from '../kit/pull-policy';
import { settleResources } from '../kit/resources';
import { settleService } from '../kit/service-options';
import { DEFAULT_INSTANCES } from '../spilo/cluster-ref';
import { settleSpiloImage, SpiloImage } from '../spilo/image';
import { ClusterSpec, Identity, JobsSpec } from '../spilo/spec';

const DEFAULT_RESOURCES: ResourcesSpec = { cpu: { request: '250m' }, memory: { request: '1Gi', limit: '1Gi' } };

/** Everything about a cluster, from what the user said: each default is applied here or where its option is declared, and nowhere else. */
export function settle(id: string, namespace: string | undefined, props: SpiloClusterProps): ClusterSpec {
  const identity: Identity = {
    name: props.clusterName ?? id,
    namespace,
    instances: props.instances ?? DEFAULT_INSTANCES,
    image: settleSpiloImage(props.image ?? SpiloImage.DEFAULT),
    imagePullPolicy: props.imagePullPolicy ?? PullPolicy.IF_NOT_PRESENT,
  };
  const resources = settleResources(props.resources, DEFAULT_RESOURCES);
  const postgres = settlePostgres(props.postgres, { resources });
  const facts = { ...identity, postgresVersion: postgres.version };
  return onlyDefined<ClusterSpec>({
    ...identity,
    credentials: settleCredentials(props.credentials, identity),
    storage: settleStorage(props.storage),
    resources,
    sharedMemory: quantity(props.sharedMemory ?? Size.mebibytes(256)),
    placement: settlePlacement(props.placement),
    leaderService: settleService(props.leaderService),
    replicaService: settleService(props.replicaService),
    access: settleAccess(props.access),
    callback: settleCallback(props.callback),
    patroni: settlePatroni(props.patroni),
    postgres,
    backup: settleBackup(props.backup, facts),
    bootstrap: settleBootstrap(props.bootstrap, facts),
    logicalDump: settleLogicalDump(props.logicalDump, facts),
    logicalRestore: settleLogicalRestore(props.logicalRestore, facts),
    tls: settleTls(props.tls),
    rollout: settleRollout(props.rollout),
    serviceAccount: settleServiceAccount(props.serviceAccount, identity),
    pod: settlePod(props.pod, { gracePeriod: Duration.minutes(5), readOnlyRoot: identity.image.readOnlyRoot }),
    jobs: settleJobs(props),
  });
}

function settleJobs({ jobs = {}, placement }: SpiloClusterProps): JobsSpec {
  const { labels, annotations } = jobs;
  return onlyDefined({
    labels: labels && { ...labels },
    annotations: annotations && { ...annotations },
    placement: settlePlacement(jobs.placement ?? placement),
  });
}
