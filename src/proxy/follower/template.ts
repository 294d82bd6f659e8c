/** What is wrong with a Mustache template, or nothing. Only what no rendering could mend: tags and sections. */
export function mustacheError(template: string): string | undefined {
  const open: string[] = [];
  let rest = template;
  while (rest.includes('{{')) {
    rest = rest.slice(rest.indexOf('{{') + 2);
    const close = rest.startsWith('{') ? '}}}' : '}}';
    const end = rest.indexOf(close);
    if (end < 0) { return `{{${rest.slice(0, 20)} is not closed`; }
    const [, kind, name] = /^\s*([#^/!>&=]?)\s*(.*?)\s*$/s.exec(rest.slice(0, end).replace(/^\{/, ''))!;
    rest = rest.slice(end + close.length);
    if (kind === '>' || kind === '=') { return `{{${kind}${name}}}: partials and other delimiters are not supported`; }
    if (kind === '' && name === '') { return '{{}} names nothing'; }
    if (kind === '#' || kind === '^') { open.push(name); }
    if (kind === '/' && open.pop() !== name) { return `{{/${name}}} closes no section that is open`; }
  }
  return open.length > 0 ? `{{#${open.pop()}}} is not closed` : undefined;
}
