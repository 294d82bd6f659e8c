import { ContainerImageSpec, versionNumber } from '../../kit/image';

/** The first release whose Prometheus exporter, resolvers and keepalive settings are all there. */
const LEAST_VERSION = 2004;

/** `init-state` came with HAProxy 3.1. */
export function knowsInitState({ version }: ContainerImageSpec): boolean {
  return (versionNumber(version)?.number ?? 0) >= 3001;
}

/** Whether the library knows how to configure this HAProxy. 3.2.0 hangs in the first switchover. */
export function knowsHaproxy({ version }: ContainerImageSpec): boolean {
  const known = versionNumber(version);
  return known !== undefined && known.number >= LEAST_VERSION && !(known.number === 3002 && (known.patch ?? 0) === 0);
}
