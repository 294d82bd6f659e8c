import { FeatureContext } from '../../kernel/feature';
import { ENVDIR, StorePlace, StoreUse } from '../store/access';

/** The store that logical dumps go to, where it is not that of the backups. */
const DUMPS: StorePlace = { name: 'dumps', property: 'logicalDump', envdir: ENVDIR, files: '/etc/wal-g/files', mountPath: '/backup', makes: true };
/** The store that a logical dump is restored from. */
const RESTORE: StorePlace = {
  name: 'restore', property: 'logicalRestore.source', envdir: ENVDIR, files: '/etc/wal-g/files', mountPath: '/backup', readOnly: true,
};

/** The store that only dumps go to, if there is one. */
export function ownDumpUse(context: FeatureContext): StoreUse | undefined {
  const { store, encryption } = context.props.logicalDump ?? {};
  return store && { store: store._store, place: DUMPS, context, encryption };
}

/** Where logical dumps of this cluster go to, if there are any. */
export function dumpUse(context: FeatureContext): StoreUse | undefined {
  return context.props.logicalDump && (ownDumpUse(context) ?? backups(context));
}

/** The store of another cluster that a logical dump is restored from, if there is one. */
export function foreignRestoreUse(context: FeatureContext): StoreUse | undefined {
  const { source } = context.props.logicalRestore ?? {};
  return forRestore(context, source?._use(context, RESTORE));
}

/** Where a logical dump is restored from, if one is. */
export function restoreUse(context: FeatureContext): StoreUse | undefined {
  const { logicalRestore } = context.props;
  if (!logicalRestore) { return undefined; }
  return logicalRestore.source ? foreignRestoreUse(context) : forRestore(context, dumpUse(context) ?? backups(context));
}

/** A store as the restore reads it: below the version of the cluster that made the dump. */
function forRestore({ props, postgresVersion }: FeatureContext, use: StoreUse | undefined): StoreUse | undefined {
  return use && { ...use, place: RESTORE, context: { ...use.context, postgresVersion: props.logicalRestore?.postgresVersion ?? postgresVersion } };
}

const backups = (context: FeatureContext) => context.props.backup?._use(context);
