import { Yaml } from 'cdk8s';
import { Json, JsonMap } from '../kernel/contribution';
import { isMap } from '../kernel/data';

/** Documents by their content. The clusters of a fleet mostly share one, and writing YAML is the dearest step of all. */
const written = new Map<string, string>();
/** In a process that goes on and on, nothing else is to stay in memory. */
const FEW = 50;

/** The document `SPILO_CONFIGURATION`, which Spilo merges over its own Patroni configuration. */
export function spiloConfiguration(configuration: JsonMap): string {
  const key = JSON.stringify(configuration);
  const known = written.get(key);
  if (known !== undefined) { return known; }
  if (written.size >= FEW) { written.clear(); }
  const document = Yaml.stringify(configuration);
  written.set(key, document);
  return document;
}

/**
 * The document with a mark for each entry of Patroni's dynamic configuration, which a new cluster begins with: what leaves the
 * program later is removed from the cluster, because the mark says that it came from here. `dynamic.py` reads and keeps them.
 */
export function withMarks(configuration: JsonMap): JsonMap {
  const { bootstrap } = configuration;
  if (!isMap(bootstrap) || !isMap(bootstrap.dcs)) { return configuration; }
  // A standby that was promoted stays so, whatever the program says.
  const { standby_cluster: _, cdk8s_spilo: __, ...managed } = bootstrap.dcs;
  return { ...configuration, bootstrap: { ...bootstrap, dcs: { ...bootstrap.dcs, cdk8s_spilo: { managed: marks(managed as JsonMap) } } } } as JsonMap;
}

/** True for each entry, in the shape of the section. A permanent slot is one entry, whatever it says. */
function marks(section: JsonMap, path = ''): JsonMap {
  const mark = (key: string, value: Json): Json => isMap(value) && path !== '/slots' ? marks(value as JsonMap, `${path}/${key}`) : value !== null;
  const all = Object.entries(section).map(([key, value]) => [key, mark(key, value)] as const);
  return Object.fromEntries(all.filter(([, marked]) => isMap(marked) ? Object.keys(marked).length > 0 : marked));
}
