import { accessFeature } from '../access';
import { backupFeature } from '../backup';
import { bootstrapFeature } from '../bootstrap';
import { callbackFeature } from '../callback';
import { credentialsFeature } from '../credentials';
import { dcsFeature } from '../dcs';
import { logicalDumpFeature } from '../logical-dump';
import { logicalRestoreFeature } from '../logical-restore';
import { patroniFeature } from '../patroni';
import { placementFeature } from '../placement';
import { podFeature } from '../pod';
import { postgresFeature } from '../postgres';
import { resourcesFeature } from '../resources';
import { restoreDrillFeature } from '../restore-drill';
import { rolloutFeature } from '../rollout';
import { serviceAccountFeature } from '../service-account';
import { storageFeature } from '../storage';
import { tlsFeature } from '../tls';
import { Feature } from './feature';
import { memberFeature } from './member';

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
