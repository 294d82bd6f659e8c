/** Where things are in the Spilo image, and the ports it listens on. Its Dockerfile bakes all of them in. */
export const PGDATA_VOLUME = 'pgdata';
export const PGDATA_MOUNT = '/home/postgres/pgdata';
export const PGROOT = `${PGDATA_MOUNT}/pgroot`;
export const PGDATA = `${PGROOT}/data`;

export const POSTGRES_PORT = 5432;
export const PATRONI_PORT = 8008;

/** Spilo puts this name into the leader's Endpoints, so every Service must call the port the same. */
export const POSTGRES_PORT_NAME = 'postgresql';
export const PATRONI_PORT_NAME = 'patroni';

/** User `postgres` and its group in every Spilo image. */
export const POSTGRES_UID = 101;
export const POSTGRES_GID = 103;

/** Name of the database container, for `kubectl exec -c`. */
export const CONTAINER = 'postgres';

/** Where members and Jobs of a cluster find the library's own programs. Command lines of pods that run name it: it is a contract. */
export const PROGRAMS = '/etc/cdk8s-spilo/programs';
/** Name of the volume with the programs. */
export const PROGRAMS_VOLUME = 'programs';
