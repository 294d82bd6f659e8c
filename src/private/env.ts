/**
 * Text that arrives in a container as it is. Kubernetes reads `$(NAME)` and `$$` in the values of variables and in
 * commands; a doubled dollar sign stands for one.
 */
export function literally(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
