/**
 * Text that arrives in a container as it is. Kubernetes reads `$(NAME)` and `$$` in the values of variables and in
 * commands; a doubled dollar sign stands for one. After a single one it takes one byte, so that a longer character breaks.
 */
export function literally(text: string): string {
  return text.replace(/\$(?=[$(]|[^\x00-\x7f])/g, '$$$$');
}
