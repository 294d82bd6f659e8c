/** `docs/changes.md`: what a changed value does to what runs, from the tags `@changes` in the source. */
import { CONSTRUCTS } from './constructs';
import { code, link, page, table } from './markdown';
import { procedure } from './procedures';
import { EFFECTS, Property, Struct, structsBelow } from './properties';

/** The page. */
export function changesPage(): string {
  const listed = new Set<string>();
  return page(
    '# What a change does',
    'You change a property, synthesize, and apply. This page says what happens to a cluster that runs. Every line is checked: a test '
      + 'renders two programs that differ in that property only and compares the manifests.',
    table(['change', 'meaning'], Object.entries(EFFECTS).map(([effect, meaning]) => [`**${effect}**`, meaning])),
    'Patroni\'s dynamic configuration lives in Patroni\'s store. Spilo fills it once, in an empty cluster; afterwards the Job of '
      + '`RolloutStrategy.LEADER_LAST` writes it. With another strategy nobody does: what says "dynamic configuration" is then *bootstrap*.',
    ...CONSTRUCTS.flatMap(({ title, props }) => props === undefined ? [] : section(title, structsBelow(props), listed)),
  );
}

/** The structs of one construct. Those that another one has too stand with the first of them. */
function section(title: string, structs: readonly Struct[], listed: Set<string>): string[] {
  const names = structs.map(({ name }) => name);
  const shared = names.filter(name => listed.has(name));
  names.forEach(name => listed.add(name));
  return [
    `## ${title}`,
    ...(shared.length > 0 ? [`Beside these: ${shared.map(name => link(name, name)).join(', ')}.`] : []),
    ...structs.filter(({ name }) => !shared.includes(name)).flatMap(struct => [
      `### ${struct.name}`,
      ...(struct.givenTo.length > 0 ? [`Given to ${struct.givenTo.map(code).join(', ')}.`] : []),
      table(['property', 'change', 'note'], struct.properties.map(property => row(struct.name, property, names))),
    ]),
  ];
}

function row(struct: string, { name, changes, below }: Property, structs: readonly string[]): string[] {
  const options = below.filter(type => structs.includes(type)).map(type => link(type, type)).join(', ');
  if (!changes) { return [code(name), `see ${options}`, '']; }
  const how = procedure(struct, name, changes.effect);
  return [code(name), `**${changes.effect}**${how === undefined ? '' : `, [how](${how})`}`, changes.note ?? ''];
}
