/** `docs/changes.md`: what a changed value does to what runs, from the tags `@changes` in the source. */
import { code, link, page, table } from './markdown';
import { EFFECTS, Property, Struct, structsBelow } from './properties';

/** The page. */
export function changesPage(): string {
  return page(
    '# What a change does',
    'You change a property, synthesize, and apply. This page says what happens to a cluster that runs. Every line is checked: a test '
      + 'renders two programs that differ in that property only and compares the manifests.',
    table(['change', 'meaning'], Object.entries(EFFECTS).map(([effect, meaning]) => [`**${effect}**`, meaning])),
    'Patroni\'s dynamic configuration lives in Patroni\'s store. Spilo fills it once, in an empty cluster; afterwards the Job of '
      + '`RolloutStrategy.LEADER_LAST` writes it. With another strategy nobody does: what says "dynamic configuration" is then *bootstrap*.',
    ...section('SpiloCluster', structsBelow('SpiloClusterProps')),
    ...section('PgAdmin', structsBelow('PgAdminProps').filter(({ name }) => name !== 'ServiceOptions'),
      `Its ${code('service')}: see ${link('ServiceOptions', 'ServiceOptions')}.`),
  );
}

function section(title: string, structs: readonly Struct[], ...more: readonly string[]): string[] {
  const names = structs.map(({ name }) => name);
  return [`## ${title}`, ...more, ...structs.flatMap(struct => [
    `### ${struct.name}`,
    ...(struct.givenTo.length > 0 ? [`Given to ${struct.givenTo.map(code).join(', ')}.`] : []),
    table(['property', 'change', 'note'], struct.properties.map(property => row(property, names))),
  ])];
}

function row({ name, changes, below }: Property, structs: readonly string[]): string[] {
  const options = below.filter(type => structs.includes(type)).map(type => link(type, type)).join(', ');
  return [code(name), changes ? `**${changes.effect}**` : `see ${options}`, changes?.note ?? ''];
}
