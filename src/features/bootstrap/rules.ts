import { RecoveryTargetSpec, ServerSourceSpec, StandbySpec } from './spec';
import { below, Finding, Rule, valueRule } from '../../kernel/rule';
import { HOST_SYNTAX, isHost, isWholeNumber } from '../../kernel/syntax';
import { secretKeyRule } from '../../kit/secret-key';
import { patroniNumber } from '../../spilo/image';
import { clusterNames } from '../../spilo/names';
import { ClusterSpec } from '../../spilo/spec';
import { backupOf, sourceOf } from '../store/in-use';
import { locate } from '../store/kinds';

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)$/;
const SLOT = /^[a-z0-9_]{1,63}$/;
const NAME = /^[A-Za-z0-9_.-]{1,63}$/;
const PORT_SYNTAX = 'a whole number from 1 to 65535';
const isPort = (port: number) => isWholeNumber(port, 1, 65535);

const targetOf = ({ bootstrap }: ClusterSpec) => bootstrap.kind === 'backups' ? bootstrap.target : undefined;
const serverOf = ({ bootstrap }: ClusterSpec) => bootstrap.kind === 'server' ? bootstrap.server : undefined;
const standbyOf = ({ bootstrap }: ClusterSpec) => bootstrap.kind === 'standby' ? bootstrap : undefined;

/** A date that exists, a time and a zone. */
function isTime(text: string): boolean {
  const [, day, time] = TIME.exec(text) ?? [];
  const date = new Date(`${day}T${time}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${day}T${time}`);
}

/** The value of a target of one kind. */
const valueOf = (kind: RecoveryTargetSpec['kind']) => (target: RecoveryTargetSpec) => target.kind === kind ? target.value : undefined;

const ofTarget: readonly Rule<RecoveryTargetSpec>[] = [
  valueRule('bootstrap-target-time', 'time', 'date, time and zone that exist: 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00',
    'Without a zone PostgreSQL takes that of the container, and recovers to another moment.', valueOf('time'), isTime),
  valueRule('bootstrap-target-lsn', 'lsn', 'two hexadecimal numbers as 0/3000060', 'PostgreSQL does not start.',
    valueOf('lsn'), lsn => /^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/.test(lsn)),
  valueRule('bootstrap-target-name', 'name', '1 to 63 of A-Z a-z 0-9 _ . -', 'It is part of a configuration file.',
    valueOf('restorePoint'), name => NAME.test(name)),
  valueRule('bootstrap-target-base-backup', 'baseBackup', 'a name as base_000000010000000000000004', 'The clone finds no such backup and gives up.',
    ({ baseBackup }) => baseBackup, name => /^base_[0-9A-F]{24}(_D_[0-9A-F]{24})?$/.test(name)),
  valueRule('bootstrap-timeline', 'timeline', 'a whole number from 1 to 4294967295', 'PostgreSQL does not start.',
    ({ timeline }) => timeline, timeline => isWholeNumber(timeline, 1, 0xffffffff)),
];

/** The place of the cluster's own archive, if that of its source is the same. */
function sharedPlace(spec: ClusterSpec): string | undefined {
  const [own, from] = [backupOf(spec), sourceOf(spec)];
  const place = own && locate(own, spec).text;
  return from && place === locate(from.source, spec).text ? place : undefined;
}

/** Checks of the backups that a cluster is made from, or follows. The documentation names them by the former. */
const ofSource: readonly Rule<ClusterSpec>[] = [
  {
    id: 'bootstrap-same-cluster',
    property: 'bootstrap.source.clusterName',
    allowed: 'a clusterName other than that of the new cluster, in the same namespace',
    why: 'Patroni would take the old cluster for its own, and backups of two clusters would mix.',
    find: ({ name, namespace, bootstrap }) => bootstrap.kind === 'backups' && bootstrap.source.cluster === name && bootstrap.source.namespace === namespace
      ? [{ received: name }] : [],
  },
  {
    id: 'bootstrap-same-prefix',
    property: 'bootstrap.source',
    allowed: 'a place in a store other than that of the new cluster\'s own backup',
    why: 'WAL of two clusters has the same names: whoever writes first makes the other one unrestorable.',
    find: spec => aboutSource(spec, '', sharedPlace(spec)),
  },
  {
    id: 'bootstrap-source-name',
    property: 'bootstrap.source.clusterName',
    allowed: 'the name of a cluster',
    why: 'The backups are looked for where none can be.',
    find: spec => {
      const cluster = sourceOf(spec)?.source.cluster;
      return cluster === undefined || /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(cluster) ? [] : aboutSource(spec, '.clusterName', cluster);
    },
  },
  {
    id: 'bootstrap-source-namespace',
    property: 'bootstrap.source.namespace',
    allowed: 'for backups on a volume, the namespace of the new cluster',
    why: 'A claim lives in one namespace: the pods would wait for it forever.',
    find: spec => {
      const { store, namespace } = sourceOf(spec)?.source ?? {};
      return store?.kind === 'volume' && namespace !== spec.namespace ? aboutSource(spec, '.namespace', namespace) : [];
    },
  },
];

/** A finding below the property that names the source. */
function aboutSource(spec: ClusterSpec, path: string, received: string | undefined): Finding[] {
  return received === undefined ? [] : [{ property: `${sourceOf(spec)?.property}${path}`, received }];
}

const ofServer: readonly Rule<ServerSourceSpec>[] = [
  valueRule('bootstrap-server-host', 'host', HOST_SYNTAX, 'The copy cannot connect: no cluster starts.', ({ host }) => host, isHost),
  valueRule('bootstrap-server-port', 'port', PORT_SYNTAX, 'The copy cannot connect: no cluster starts.', ({ port }) => port, isPort),
  valueRule('bootstrap-server-user', 'user', '1 to 63 of A-Z a-z 0-9 _ . -', 'The source refuses the connection: no cluster starts.',
    ({ user }) => user, user => NAME.test(user)),
  secretKeyRule('bootstrap-server-password', 'password', ({ password }) => ({ password })),
];

const ofStandby: readonly Rule<StandbySpec>[] = [
  {
    id: 'bootstrap-standby-source',
    property: 'hosts',
    allowed: 'at least one host, or backups, or both',
    why: 'Patroni would make an empty cluster that follows nobody.',
    find: ({ hosts, source }) => hosts.length === 0 && !source ? [{ received: hosts }] : [],
  },
  {
    id: 'bootstrap-standby-host',
    property: 'hosts',
    allowed: `each ${HOST_SYNTAX}`,
    why: 'The standby cannot connect to its source.',
    find: ({ hosts }) => hosts.filter(host => !isHost(host)).map(received => ({ received })),
  },
  valueRule('bootstrap-standby-port', 'port', PORT_SYNTAX, 'The standby cannot connect to its source.', ({ port }) => port, isPort),
  valueRule('bootstrap-standby-slot', 'slot', '1 to 63 of a-z 0-9 _, together with hosts', 'PostgreSQL has no such slot; without a host there is none at all.',
    ({ slot }) => slot, (slot, { hosts }) => SLOT.test(slot) && hosts.length > 0),
];

/** Whether a host is a Service of this cluster, or one of its members. */
function isOwnHost(host: string, { name, namespace }: ClusterSpec): boolean {
  const { leaderService, replicaService, podsService } = clusterNames(name);
  const [service, of, ...rest] = host.toLowerCase().replace(/\.$/, '').replace(new RegExp(`^${name}-\\d+\\.(?=${podsService}(\\.|$))`), '').split('.');
  return [leaderService, replicaService, podsService].includes(service) && (of === undefined || of === namespace) && (rest[0] === undefined || rest[0] === 'svc');
}

const MANY_HOSTS = 300;

/** Checks of where the data of a new cluster comes from. */
export const bootstrapRules: readonly Rule<ClusterSpec>[] = [
  ...below('bootstrap.target', targetOf, ofTarget),
  ...ofSource,
  ...below('bootstrap', serverOf, ofServer),
  {
    id: 'bootstrap-cluster-namespace',
    property: 'bootstrap.cluster',
    allowed: 'a cluster in the namespace of the new one',
    why: 'A Secret is read in one namespace only: the pods would wait for the password forever.',
    find: spec => {
      const namespace = serverOf(spec)?.namespace;
      return namespace !== undefined && spec.namespace !== undefined && namespace !== spec.namespace ? [{ received: namespace }] : [];
    },
  },
  ...below('bootstrap', standbyOf, ofStandby),
  valueRule('bootstrap-standby-hosts', 'bootstrap.hosts', 'one host, with Patroni before 3.0', 'Older releases take the list for the name of one host.',
    spec => standbyOf(spec)?.hosts, (hosts, { image }) => hosts.length <= 1 || patroniNumber(image) >= MANY_HOSTS),
  {
    id: 'bootstrap-own-host',
    property: 'bootstrap.hosts',
    allowed: 'hosts of another cluster',
    why: 'The cluster would wait for itself forever.',
    find: spec => [
      ...(standbyOf(spec)?.hosts ?? []).map(host => ({ property: 'bootstrap.hosts', received: host })),
      ...[serverOf(spec)?.host ?? []].flat().map(host => ({ property: 'bootstrap.host', received: host })),
    ].filter(({ received }) => isOwnHost(received, spec)),
  },
  {
    id: 'bootstrap-standby-credentials',
    property: 'credentials',
    allowed: 'for a standby cluster, the Secrets that its source uses: Credentials.fromSecret() or fromSecrets()',
    why: 'A standby has the roles of its source: with passwords of its own it can not log in, there or at its own members.',
    find: spec => standbyOf(spec) && spec.credentials.kind !== 'secret' ? [{ received: spec.credentials.kind }] : [],
  },
];
