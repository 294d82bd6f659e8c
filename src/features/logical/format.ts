/**
 * How a database is written.
 */
export enum DumpFormat {
  /** One file for `pg_restore`, from which parts can be restored. It goes into the store as it comes. */
  CUSTOM = 'custom',
  /** Several tables at once, by `parallelJobs`. It needs `scratch`, where the directory is made before it goes into the store. */
  DIRECTORY = 'directory',
  /** SQL, readable by people and by `psql`. */
  PLAIN = 'plain',
}
