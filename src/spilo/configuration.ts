import { Yaml } from 'cdk8s';
import { JsonMap } from '../kernel/contribution';

/** Documents by their content. The clusters of a fleet mostly share one, and writing YAML is the dearest step of all. */
const written = new Map<string, string>();

/** The document `SPILO_CONFIGURATION`, which Spilo merges over its own Patroni configuration. */
export function spiloConfiguration(configuration: JsonMap): string {
  const key = JSON.stringify(configuration);
  const document = written.get(key) ?? Yaml.stringify(configuration);
  written.set(key, document);
  return document;
}
