import { authName, authObjects } from './auth';
import { peerService } from './config';
import { POOLER } from './names';
import { configName, poolerFiles, poolerWorkload } from './pod';
import { PoolerSpec } from './spec';
import { Manifest } from '../../kernel/contribution';
import { configMap } from '../../kit/objects';
import { headlessService, openService, tcpPort } from '../../kit/service';
import { POSTGRES_PORT, POSTGRES_PORT_NAME } from '../../spilo/paths';
import { proxyLabels, proxyObjects, proxySelector } from '../common/workload';

/** Names of all objects. */
export function objectNames(spec: PoolerSpec): string[] {
  return [spec.name, configName(spec), ...spec.authBootstrap ? [authName(spec)] : [], ...spec.peering ? [peerService(spec.name)] : []];
}

/** All objects of a pooler. */
export function poolerManifests(spec: PoolerSpec): Manifest[] {
  const { name, service, authBootstrap, peering } = spec;
  const labels = proxyLabels(POOLER, name);
  const selector = proxySelector(POOLER, name);
  const port = tcpPort(POSTGRES_PORT_NAME, POSTGRES_PORT, POOLER);
  return [
    ...authBootstrap ? authObjects(spec) : [],
    configMap('Config', configName(spec), labels, poolerFiles(spec)),
    openService('Service', name, labels, service, port, selector),
    // Peers find each other while they start and stop, too.
    ...peering ? [headlessService('PeerService', peerService(name), labels, { selector, ports: [port] })] : [],
    ...proxyObjects(spec, poolerWorkload(spec)),
  ];
}
