/**
 * How WAL, base backups and dumps are compressed.
 */
export enum BackupCompression {
  /** Fast, with little work for the processor. */
  LZ4 = 'lz4',
  /** Smaller than lz4 at about the same speed. */
  ZSTD = 'zstd',
  /** Smallest and slowest. */
  LZMA = 'lzma',
  /** Between zstd and lzma. */
  BROTLI = 'brotli',
}
