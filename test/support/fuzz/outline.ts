/** What is in objects without what it is: lines, words, keys. A text of a user that stays in its place changes nothing of it. */
import { readAsSpilo } from '../spilo-yaml';

/** By path of each text, in which form it stands there. `written` is the user's text: where a whole text is that, nothing is embedded. */
export function outlineOf(objects: readonly any[], written: unknown): string[] {
  return objects.flatMap(({ kind, metadata: _, ...body }, index) => outline(body, `${index} ${kind}`, written));
}

function outline(value: any, path: string, written: unknown): string[] {
  if (typeof value === 'string') { return [`${path}: ${value === written ? 'as written' : formOf(path, value)}`]; }
  if (typeof value !== 'object' || value === null) { return [`${path}: ${typeof value}`]; }
  if (typeof value.name === 'string' && typeof value.value === 'string') { return outline({ [value.name]: value.value }, path, written); }
  return Object.keys(value).filter(key => !/\.py$/.test(key)).flatMap(key => outline(value[key], `${path}.${key}`, written));
}

/** How each kind of file and of document is read. */
const FORMS: readonly [RegExp, (text: string) => unknown][] = [
  [/\.SPILO_CONFIGURATION$/, text => keysOf(readAsSpilo(text))],
  [/\.(CRONTAB|DYNAMIC_CONFIGURATION)$|\.json$/, text => keysOf(JSON.parse(text))],
  [/haproxy\.cfg$/, text => text.split('\n').map(line => words(line).map((word, index) => index === 0 ? word : '_').join(' '))],
  [/\.ini$|aws-config$/, text => text.split('\n').map(line => line.split('=')[0].trim())],
  [/\.sql$/, text => text.replace(/"(?:[^"]|"")*"/g, 'name').replace(/'(?:[^']|'')*'/g, 'text')],
];

function formOf(path: string, text: string): string {
  const [, read] = FORMS.find(([pattern]) => pattern.test(path)) ?? [];
  return read ? JSON.stringify(read(text)) : `${text.split(/[\n\r\u0085\u2028\u2029]/).length} lines`;
}

function keysOf(value: any): unknown {
  if (typeof value !== 'object' || value === null) { return typeof value === 'string' ? `${value.split('\n').length} lines` : typeof value; }
  return Array.isArray(value) ? value.map(keysOf) : Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, keysOf(entry)]));
}

/** Words of a line as HAProxy reads them. */
function words(line: string): string[] {
  return line.match(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\#])+|#.*/g) ?? [];
}
