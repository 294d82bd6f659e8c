/** Who may mount a volume, and how. */
export enum AccessMode {
  /** Pods of one node, writing. */
  READ_WRITE_ONCE = 'ReadWriteOnce',
  /** Pods of many nodes, writing. */
  READ_WRITE_MANY = 'ReadWriteMany',
  /** One pod, writing. */
  READ_WRITE_ONCE_POD = 'ReadWriteOncePod',
}
