/** Name of PgBouncer's container, its process, and of its port. */
export const POOLER = 'pgbouncer';
