import { memberFeature } from './member';
import { accessFeature } from '../features/access/access';
import { backupFeature } from '../features/backup/backup';
import { bootstrapFeature } from '../features/bootstrap/bootstrap';
import { callbackFeature } from '../features/callback/callback';
import { credentialsFeature } from '../features/credentials/credentials';
import { dcsFeature } from '../features/dcs/dcs';
import { logicalDumpFeature } from '../features/logical/dump';
import { logicalRestoreFeature } from '../features/logical/restore';
import { patroniFeature } from '../features/patroni/patroni';
import { placementFeature } from '../features/placement/placement';
import { podFeature } from '../features/pod/pod';
import { postgresFeature } from '../features/postgres/postgres';
import { resourcesFeature } from '../features/resources/resources';
import { restoreDrillFeature } from '../features/restore-drill/restore-drill';
import { rolloutFeature } from '../features/rollout/rollout';
import { serviceAccountFeature } from '../features/service-account/service-account';
import { storageFeature } from '../features/storage/storage';
import { tlsFeature } from '../features/tls/tls';
import { Feature } from '../kernel/feature';

/** Every feature of a cluster. A new one is a file of its own and a line here. */
export const FEATURES: readonly Feature[] = [
  memberFeature,
  dcsFeature,
  serviceAccountFeature,
  credentialsFeature,
  postgresFeature,
  patroniFeature,
  backupFeature,
  bootstrapFeature,
  restoreDrillFeature,
  logicalDumpFeature,
  logicalRestoreFeature,
  storageFeature,
  resourcesFeature,
  tlsFeature,
  placementFeature,
  accessFeature,
  callbackFeature,
  rolloutFeature,
  podFeature,
];
