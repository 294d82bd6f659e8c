import { recovery } from './recovery';
import { bootstrapRules } from './rules';
import { RecoveryTargetSpec, ServerSourceSpec, StandbySpec } from './spec';
import { Contribution, JsonMap } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';
import { configMap } from '../../kit/objects';
import { programs } from '../../spilo/companions';
import { clusterLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';
import { restoreCommand, segmentSettings, storeAccess, StoreConfigMap, storeConfigMaps } from '../store/access';
import { backupOf } from '../store/in-use';
import { envdirSecret, Settings } from '../store/kind';
import { CLAIM_VOLUME, SOURCE } from '../store/places';
import { BackupSourceSpec } from '../store/spec';

const FILES = ['features/bootstrap/programs/clone.py', 'features/store/programs/walg.py', 'kit/programs/say.py'];
const CLONE = `envdir ${SOURCE.envdir} python3 ${PROGRAMS}/clone.py`;
const RESTORE_COMMAND = restoreCommand(SOURCE.envdir);
/** Spilo's script chooses the tool by this switch; without it the tool is wal-e, which no image of today has. */
const TOOL: Settings = { USE_WALG_RESTORE: 'true', TMPDIR: '/tmp' };

function contribute(spec: ClusterSpec): Contribution {
  const { bootstrap } = spec;
  switch (bootstrap.kind) {
    case 'initdb': return {};
    case 'backups': return { ...fromBackups(spec, bootstrap.source), configuration: clone(bootstrap.target) };
    case 'server': return {
      ...fromServer(spec, bootstrap.server),
      configuration: { bootstrap: { method: 'clone_from_server', clone_from_server: { command: `${CLONE} server` } } },
    };
    case 'standby': return { ...bootstrap.source ? fromBackups(spec, bootstrap.source) : {}, configuration: standby(bootstrap) };
  }
}

function configMapOf({ name }: ClusterSpec): StoreConfigMap {
  return { id: 'SourceConfigMap', name: clusterNames(name).suffixed('source'), labels: clusterLabels(name).metadata };
}

/** What a pod with the program needs, beside the ways to the source. Members that archive have the programs already. */
function withProgram(spec: ClusterSpec, { volumes = [], mounts = [], objects }: Contribution): Contribution {
  const { volume, mount } = programs(spec);
  const [ownVolumes, ownMounts] = backupOf(spec) ? [[], []] : [[volume], [mount]];
  return { programs: FILES, volumes: [...volumes, ...ownVolumes], mounts: [...mounts, ...ownMounts], objects };
}

function fromBackups(spec: ClusterSpec, source: BackupSourceSpec): Contribution {
  const use = { ...source, place: { ...SOURCE, volume: sharedVolume(spec, source) } };
  const object = configMapOf(spec);
  return withProgram(spec, {
    ...storeAccess(use, object.name), objects: storeConfigMaps(use, object, { ...TOOL, ...segmentSettings(spec) }),
  });
}

/** The volume of the claim that the cluster archives to, if its source is on the same one. */
function sharedVolume(spec: ClusterSpec, { store }: BackupSourceSpec): string | undefined {
  const own = backupOf(spec)?.store;
  return own?.kind === 'volume' && store.kind === 'volume' && own.claim === store.claim ? CLAIM_VOLUME : undefined;
}

/** libpq reads its variables as wal-g does: one mechanism for both kinds of source. */
function fromServer(spec: ClusterSpec, { host, port, user, password, sslMode }: ServerSourceSpec): Contribution {
  const { id, name, labels } = configMapOf(spec);
  return withProgram(spec, {
    objects: [configMap(id, name, labels, { PGHOST: host, PGPORT: String(port), PGUSER: user, PGSSLMODE: sslMode })],
    volumes: [{
      name: SOURCE.name,
      projected: { defaultMode: 0o440, sources: [{ configMap: { name } }, { secret: envdirSecret('PGPASSWORD', password) }] },
    }],
    mounts: [{ name: SOURCE.name, mountPath: SOURCE.envdir, readOnly: true }],
  });
}

function clone(target: RecoveryTargetSpec): JsonMap {
  const { choice, conf } = recovery(target);
  return {
    bootstrap: {
      method: 'clone_from_backups',
      clone_from_backups: {
        command: [CLONE, 'store', ...choice].join(' '),
        recovery_conf: { restore_command: RESTORE_COMMAND, ...conf },
      },
    },
  };
}

function standby({ hosts, port, slot, source }: StandbySpec): JsonMap {
  const [fromStore, fromHosts] = [source !== undefined, hosts.length > 0];
  return {
    bootstrap: {
      dcs: {
        standby_cluster: {
          ...fromHosts ? { host: hosts.join(','), port } : {},
          ...slot === undefined ? {} : { primary_slot_name: slot },
          ...fromStore ? { restore_command: RESTORE_COMMAND } : {},
          create_replica_methods: [...fromStore ? ['standby_from_backups'] : [], ...fromHosts ? ['basebackup'] : []],
        },
      },
    },
    ...fromStore ? { postgresql: { standby_from_backups: { command: `${CLONE} store`, no_leader: 1, no_master: 1 } } } : {},
  };
}

/** Where the data of a new cluster comes from. */
export const bootstrapFeature: Feature<ClusterSpec> = { rules: bootstrapRules, contribute };
