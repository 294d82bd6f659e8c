/** Variables of a container by name, with values already expanded. */
export type Environment = { readonly [name: string]: string };

/**
 * What the kubelet makes of the value of a variable or of a part of a command: `$$` is a dollar sign, `$(NAME)` the
 * value of a variable, and `$(NAME)` stays as it is where there is no such variable.
 *
 * A port of `tryReadVariableName` and `Expand` in kubernetes/third_party/forked/golang/expansion, byte by byte and with
 * its flaw: after a dollar sign it takes one byte for one character, which spoils every character that has more.
 */
export function expand(text: string, variables: Environment): string {
  const input = Buffer.from(text, 'utf8');
  const output: Buffer[] = [];
  let checkpoint = 0;
  for (let cursor = 0; cursor < input.length; cursor++) {
    if (input[cursor] === DOLLAR && cursor + 1 < input.length) {
      output.push(input.subarray(checkpoint, cursor));
      const { read, variable, advance } = tryReadVariableName(input.subarray(cursor + 1));
      output.push(Buffer.from(variable ? variables[read] ?? `$(${read})` : read, 'utf8'));
      cursor += advance;
      checkpoint = cursor + 1;
    }
  }
  output.push(input.subarray(checkpoint));
  return Buffer.concat(output).toString('utf8');
}

const [DOLLAR, OPENER, CLOSER] = Buffer.from('$()');

function tryReadVariableName(input: Buffer): { read: string; variable: boolean; advance: number } {
  if (input[0] === DOLLAR) { return { read: '$', variable: false, advance: 1 }; }
  if (input[0] !== OPENER) { return { read: `$${String.fromCharCode(input[0])}`, variable: false, advance: 1 }; }
  const closer = input.indexOf(CLOSER, 1);
  return closer < 0
    ? { read: '$(', variable: false, advance: 1 }
    : { read: input.toString('utf8', 1, closer), variable: true, advance: closer + 1 };
}

interface Variable { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }

/** The environment of a container: each value may refer to variables before it. Values from elsewhere are named. */
export function environment(variables: readonly Variable[]): Environment {
  const expanded: { [name: string]: string } = {};
  for (const { name, value, valueFrom } of variables) {
    expanded[name] = valueFrom === undefined ? expand(value ?? '', expanded) : JSON.stringify(valueFrom);
  }
  return expanded;
}
