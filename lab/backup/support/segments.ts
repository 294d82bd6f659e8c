/** The names of WAL segments that follow the first one without a gap. */
export function consecutive(first: string, count: number): string[] {
  const timeline = first.slice(0, 8);
  const start = Number.parseInt(first.slice(8, 16), 16) * 256 + Number.parseInt(first.slice(16), 16);
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(8, '0');
  return Array.from({ length: count }, (_, index) => timeline + hex(Math.floor((start + index) / 256)) + hex((start + index) % 256));
}
