import { render } from './render';
import { Backup, BackupOptions, BackupStore } from 'cdk8s-spilo';

/** What members know of a store: settings, and what is in their envdir and in their directory of files. */
export function withStore(store: BackupStore, options: BackupOptions = {}) {
  const rendered = render({ backup: Backup.to(store, options) });
  const sources = (name: string) => rendered.pod.volumes.find((volume: { name: string }) => volume.name === name)?.projected.sources ?? [];
  return { rendered, settings: rendered.get('ConfigMap', 'orders-walg').data, envdir: sources('walg'), files: sources('walg-files') };
}
