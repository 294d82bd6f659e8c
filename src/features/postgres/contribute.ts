import { pgHba } from './hba';
import { isDynamic } from './parameters';
import { postgresRules } from './rules';
import { JsonMap, Texts } from '../../kernel/contribution';
import { Feature } from '../../kernel/feature';
import { mebibytes } from '../../kernel/quantity';
import { hbaLine } from '../../spilo/hba';
import { preloadedLibraries } from '../../spilo/image';
import { ClusterSpec } from '../../spilo/spec';

/** What replication and the archive need, whatever the user sets. */
const FIXED_PARAMETERS = { wal_log_hints: 'on', archive_mode: 'on' };
const DEFAULT_WAL_SEGMENT = '16Mi';

/** Parameters as the document carries them: those that all members share, and each member's own. */
function parameters({ postgres, image }: ClusterSpec): { dynamic: Texts; local: Texts } {
  const entries = Object.entries(postgres.parameters);
  return {
    dynamic: { ...FIXED_PARAMETERS, ...Object.fromEntries(entries.filter(([name]) => isDynamic(name))) },
    local: {
      // A list of one's own replaces Spilo's, and post_init.sh then stops at CREATE EXTENSION: append to it.
      ...(postgres.preloadLibraries.length > 0
        ? { shared_preload_libraries: preloadLibraries(preloadedLibraries(image, postgres.version), postgres.preloadLibraries).join(',') } : {}),
      ...Object.fromEntries(entries.filter(([name]) => !isDynamic(name))),
    },
  };
}

/** Spilo's libraries and the user's after them, or in the user's order where that names one of Spilo's. */
function preloadLibraries(spilos: readonly string[], users: readonly string[]): string[] {
  const ordered = users.some(name => spilos.includes(name)) ? [...users, ...spilos] : [...spilos, ...users];
  return [...new Set(ordered)];
}

function initdb({ locale, walSegmentSize, uncheckedOptions }: ClusterSpec['postgres']['initdb']): (JsonMap | string)[] {
  return [
    { encoding: 'UTF8' },
    { locale },
    'data-checksums',
    ...(walSegmentSize === DEFAULT_WAL_SEGMENT ? [] : [{ 'wal-segsize': String(mebibytes(walSegmentSize)) }]),
    ...Object.entries(uncheckedOptions).map(([name, value]) => value === '' ? name : { [name]: value }),
  ];
}

/** PostgreSQL: version, parameters, who may connect, and how a cluster is made. */
export const postgresFeature: Feature<ClusterSpec> = {
  rules: postgresRules,
  contribute: spec => {
    const { version, allowPlaintext, ident } = spec.postgres;
    const { dynamic, local } = parameters(spec);
    return {
      env: [
        { name: 'PGVERSION', value: String(version) },
        ...(allowPlaintext ? [{ name: 'ALLOW_NOSSL', value: 'true' }] : []),
      ],
      configuration: {
        bootstrap: {
          initdb: initdb(spec.postgres.initdb),
          dcs: { postgresql: { use_pg_rewind: true, use_slots: true, parameters: dynamic } },
        },
        postgresql: {
          // Spilo's script waits for a spread checkpoint, up to minutes; a replica is ready in seconds with a fast one.
          basebackup: [{ checkpoint: 'fast' }],
          parameters: local,
          pg_hba: pgHba(spec),
          ...(ident.length > 0 ? { pg_ident: ident.map(hbaLine) } : {}),
        },
      },
    };
  },
};
