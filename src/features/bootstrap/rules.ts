import { FeatureContext } from '../../kernel/feature';
import { Rule, valueRule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';
import { OWN, prefixOf, StoreUse } from '../store/access';
import { isHost } from '../store/syntax';
import { VolumeStore } from '../store/volume';

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)$/;
const SLOT = /^[a-z0-9_]{1,63}$/;
const NAME = /^[A-Za-z0-9_.-]{1,63}$/;

const bootstrap = ({ props }: FeatureContext) => props.bootstrap;
const target = (context: FeatureContext) => bootstrap(context)?._target;
const standby = (context: FeatureContext) => bootstrap(context)?._standby;
const server = (context: FeatureContext) => bootstrap(context)?._source?._server;
const own = (context: FeatureContext) => context.props.backup?._use(context);
const source = (context: FeatureContext) => bootstrap(context)?._use(context);
/** Only what is of this kind. */
const value = (context: FeatureContext, kind: string) => target(context)?._kind === kind ? target(context)!._value : undefined;

/** A date that exists, a time and a zone. */
function isTime(text: string): boolean {
  const [, day, time] = TIME.exec(text) ?? [];
  const date = new Date(`${day}T${time}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}T${time}`);
}

/** What tells two places in stores apart, however they are mounted. */
function placeOf(use: StoreUse): string {
  const claim = use.store instanceof VolumeStore ? use.store.options.existingClaim ?? use.context.names.suffixed('backup') : '';
  return `${prefixOf({ ...use, place: OWN })} ${claim}`.trim();
}

function samePlace(context: FeatureContext): string | undefined {
  const [mine, theirs] = [own(context), source(context)];
  return mine && theirs && placeOf(mine) === placeOf(theirs) ? placeOf(mine) : undefined;
}

/** Checks of where the data of a new cluster comes from. */
export const bootstrapRules: Rule<FeatureContext>[] = [
  valueRule('bootstrap-target-time', 'bootstrap.target', 'date, time and zone that exist: 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00',
    'Without a zone PostgreSQL takes that of the container, and recovers to another moment.',
    context => value(context, 'time'), isTime),
  valueRule('bootstrap-target-lsn', 'bootstrap.target', 'two hexadecimal numbers as 0/3000060',
    'PostgreSQL does not start.',
    context => value(context, 'lsn'), lsn => /^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/.test(lsn)),
  valueRule('bootstrap-target-name', 'bootstrap.target', '1 to 63 of A-Z a-z 0-9 _ . -',
    'It is part of a configuration file.',
    context => value(context, 'name'), name => NAME.test(name)),
  valueRule('bootstrap-target-base-backup', 'bootstrap.target', 'a name as base_000000010000000000000004',
    'The clone finds no such backup and gives up.',
    context => target(context)?._baseBackup, name => /^base_[0-9A-F]{24}(_D_[0-9A-F]{24})?$/.test(name)),
  valueRule('bootstrap-timeline', 'bootstrap.target', 'a whole number of at least 1',
    'PostgreSQL does not start.',
    context => target(context)?._options.timeline, timeline => isWholeNumber(timeline, 1)),
  {
    id: 'bootstrap-target-source',
    property: 'bootstrap.target',
    allowed: 'only with CloneSource.backups()',
    why: 'A running server is copied as it is now: the target would silently be ignored.',
    find: context => target(context) && !source(context) ? [{ received: target(context)!._value ?? 'latest' }] : [],
  },
  {
    id: 'bootstrap-same-cluster',
    property: 'bootstrap.source',
    allowed: 'a clusterName other than that of the new cluster, in the same namespace',
    why: 'Patroni would take the old cluster for its own, and backups of two clusters would mix.',
    find: context => {
      const from = source(context)?.context;
      return from && !standby(context) && from.names.cluster === context.names.cluster && from.namespace === context.namespace
        ? [{ received: from.names.cluster }] : [];
    },
  },
  valueRule('bootstrap-same-prefix', 'bootstrap.source', 'a place in a store other than that of the new cluster\'s own backup',
    'WAL of two clusters has the same names: whoever writes first makes the other one unrestorable.',
    samePlace, () => false),
  valueRule('bootstrap-source-name', 'bootstrap.source', 'the name of a cluster',
    'The backups are looked for where none can be.',
    context => source(context)?.context.names.cluster, name => /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)),
  {
    id: 'bootstrap-source-namespace',
    property: 'bootstrap.source',
    allowed: 'for backups on a volume, the namespace of the new cluster',
    why: 'A claim lives in one namespace: the pods would wait for it forever.',
    find: context => {
      const use = source(context);
      return use?.store instanceof VolumeStore && use.context.namespace !== context.namespace ? [{ received: use.context.namespace }] : [];
    },
  },
  valueRule('bootstrap-server-host', 'bootstrap.source', 'a host name or an IPv4 address',
    'The copy cannot connect: no cluster starts.',
    context => server(context)?.host, isHost),
  valueRule('bootstrap-server-port', 'bootstrap.source', 'a whole number from 1 to 65535',
    'The copy cannot connect: no cluster starts.',
    context => server(context)?.port, port => isWholeNumber(port, 1, 65535)),
  valueRule('bootstrap-server-user', 'bootstrap.source', 'a user name in one line',
    'The source refuses the connection: no cluster starts.',
    context => server(context)?.user, user => NAME.test(user)),
  {
    id: 'bootstrap-standby-source',
    property: 'bootstrap.standby',
    allowed: 'host, or backups from CloneSource.backups(), or both',
    why: 'Patroni would make an empty cluster that follows nobody.',
    find: context => {
      const { host, backups } = standby(context) ?? {};
      return standby(context) && (backups ? !backups._store : host === undefined) ? [{ received: host }] : [];
    },
  },
  valueRule('bootstrap-standby-host', 'bootstrap.standby.host', 'a host name or an IPv4 address',
    'The standby cannot connect to its source.',
    context => standby(context)?.host, isHost),
  valueRule('bootstrap-standby-port', 'bootstrap.standby.port', 'a whole number from 1 to 65535',
    'The standby cannot connect to its source.',
    context => standby(context)?.port, port => isWholeNumber(port, 1, 65535)),
  valueRule('bootstrap-standby-slot', 'bootstrap.standby.slot', '1 to 63 of a-z 0-9 _, together with a host',
    'PostgreSQL has no such slot; without a host there is none at all.',
    context => standby(context)?.slot, (slot, context) => SLOT.test(slot) && standby(context)?.host !== undefined),
  {
    id: 'bootstrap-standby-credentials',
    property: 'credentials',
    allowed: 'for a standby cluster, Credentials.fromSecret() of the Secret that its source uses',
    why: 'A standby has the roles of its source: with passwords of its own it can not log in, there or at its own members.',
    find: context => standby(context) && context.props.credentials._plainText ? [{ received: 'plainTextInManifest' }] : [],
  },
];
