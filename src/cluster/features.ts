import { memberFeature } from './member';
import { programsFeature } from './programs';
import { accessFeature } from '../features/access/contribute';
import { backupFeature } from '../features/backup/contribute';
import { bootstrapFeature } from '../features/bootstrap/contribute';
import { callbackFeature } from '../features/callback/contribute';
import { credentialsFeature } from '../features/credentials/contribute';
import { logicalDumpFeature, logicalRestoreFeature } from '../features/logical/contribute';
import { patroniFeature } from '../features/patroni/contribute';
import { fencingFeature } from '../features/patroni/fence';
import { dcsFeature } from '../features/patroni/store';
import { placementFeature } from '../features/placement/contribute';
import { podFeature } from '../features/pod/contribute';
import { postgresFeature } from '../features/postgres/contribute';
import { resourcesFeature } from '../features/resources/contribute';
import { restoreDrillFeature } from '../features/restore-drill/contribute';
import { rolloutFeature } from '../features/rollout/contribute';
import { serviceAccountFeature } from '../features/service-account/contribute';
import { storageFeature } from '../features/storage/contribute';
import { storeFeature } from '../features/store/contribute';
import { tlsFeature } from '../features/tls/contribute';
import { Feature } from '../kernel/feature';
import { ClusterSpec } from '../spilo/spec';

/**
 * Every feature of a cluster, by name. A new one is a room of its own and a line here.
 *
 * The order is that of variables, volumes and init containers, and so part of the bytes of the pod template: a line that
 * moves restarts every member of every user. A test pins it; a new feature comes last.
 */
export const FEATURES: { readonly [name: string]: Feature<ClusterSpec> } = {
  member: memberFeature,
  dcs: dcsFeature,
  serviceAccount: serviceAccountFeature,
  credentials: credentialsFeature,
  postgres: postgresFeature,
  patroni: patroniFeature,
  store: storeFeature,
  backup: backupFeature,
  bootstrap: bootstrapFeature,
  restoreDrill: restoreDrillFeature,
  logicalDump: logicalDumpFeature,
  logicalRestore: logicalRestoreFeature,
  storage: storageFeature,
  resources: resourcesFeature,
  tls: tlsFeature,
  placement: placementFeature,
  access: accessFeature,
  callback: callbackFeature,
  rollout: rolloutFeature,
  pod: podFeature,
  programs: programsFeature,
  fencing: fencingFeature,
};
