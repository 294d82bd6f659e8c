/** What people and programs write by mistake, and what somebody writes who wants to see a library break. */
import { App, Cron, Duration, Size } from 'cdk8s';
import { ABSENT } from './places';
import { PLANTED } from './programs';
import { Shapes } from '../../../src/kernel/shape-table';
import properties from '../../../src/properties.json';
import { Backup, Dcs, SecretKey, Separation } from 'cdk8s-spilo';

class Stranger { public readonly amount = 1; public readonly _data = { kind: 'to' }; }
const circle: any = { name: 'a' };
circle.self = circle;
/** One property cannot be read, and nothing at all can. */
export const throwing = { get name(): string { throw new TypeError('no'); } };
export const unreadable = new Proxy({}, { get() { throw new RangeError('no'); } });
const holes: unknown[] = [];
holes[2] = 'a';

/** Of no type that anything has. */
const MISTYPED: readonly unknown[] = [
  ABSENT, undefined, null, true, false, NaN, Infinity, -Infinity, 0, -0, -1, 1, 1.5, 1e21, 10n, Symbol('s'), () => 'x', [], [null], [[]], ['a'], [undefined], holes, {},
  { a: null }, { a: { b: {} } }, { constructor: 'x' }, JSON.parse('{"__proto__": {"a": 1}}'), Object.create(null), new Date(0), /x/, new Map([['a', 'b']]), new Stranger(),
  circle, [circle], new App(), throwing, unreadable, Dcs, Separation.none(), Backup.none(),
  { name: 'a', key: 'b', other: PLANTED } as SecretKey, { toMilliseconds: 5 }, { toKibibytes: () => 'x' }, { toKibibytes: () => { throw new Error('no'); } },
];

/** Texts that some reader on the way takes for something else. */
const TEXTS: readonly string[] = [
  '', ' ', 'a', 'A', '-', '.', '..', '/', '//', 'a/', '/a', 'a//b', '../a', 'a.', '.a', 'a-', '-a', 'a_b', 'a b', 'a,b', 'a:b', 'a=b', 'a#b', 'a;b', 'a|b', 'a&b', 'a\\', 'a\'b', 'a"b', '\'', '"',
  'a\nb', 'a\n', '\na', 'a\r\nb', 'a\tb', 'a\u0000b', 'a\u0007b', 'a\u001bb', 'a\u0085b', 'a\u00a0b', 'a\u2028b', 'a\ufeffb', '\ud800', 'é', '☃', '😀', 'ﬃ', 'İ', '‮a',
  '$', '$$', '$a', '$(A)', '$$(A)', '$(POD_IP)', '${a}', '${A:-b}', '{{a}}', '{{ .Values.a }}', '{% a %}', '%p', '%%', '`a`', '<a>', '&amp;',
  'on', 'off', 'yes', 'no', 'y', 'n', 'true', 'false', 'True', 'null', '~', '=', '<<', '1', '01', '0o17', '0x1F', '1e3', '1_000', '1.5', '.inf', '.NaN', '12:30:45', '2026-11-21', '- a', '? a', ': a', '# a', '[a', '{a',
  '*a', '&a', '!a', '%a', '@a', '|', '>', '---', '...', '__proto__', 'constructor', 'toString', 'hasOwnProperty',
  'a'.repeat(52), 'a'.repeat(53), 'a'.repeat(63), 'a'.repeat(64), 'a'.repeat(253), 'a'.repeat(254), 'a'.repeat(5000), `${'a'.repeat(63)}.${'b'.repeat(63)}`, 'a.b', 'a..b', 'A.b',
  `password=${PLANTED}`, `postgres://me:${PLANTED}@host/db`, `https://me:${PLANTED}@example.org`, `{"password":"${PLANTED}"}`, `--password ${PLANTED}`,
];

/** Texts that mean something to one of the programs behind: each is right in some place and wrong in most. */
const MEANINGS: readonly string[] = [
  'postgres', 'standby', 'admin', 'zalandos', 'robot_zmon', 'cron_admin', 'pg_monitor', 'public', 'none', 'user', 'pgbouncer', 'template0', 'template1', 'replication', 'all',
  'orders', 'orders-repl', 'orders-pods', 'orders-config', 'orders-sync', 'orders-failover', 'orders-leader', 'repl', 'pods', 'config', 'sync', 'failover', 'leader', 'kube-system', 'default',
  'localhost', '127.0.0.1', '::1', '[::1]', 'fd00::1', 'fd00::1%eth0', '10.0.0.0/8', '10.0.0.0/33', '10.0.0', '256.1.1.1', 'fd00::/8', 'fd00::/129', 'host:5432', 'a,b', '*.example.org', 'ex_ample.org', 'example.org.', '-a.org',
  'http://a', 'http://a/', 'https://a:99999', 'HTTP://a', 'http://', 'http://a b', 'ftp://a', 'https://[fd00::1]:9000/s3', 's3://a', 'a:5000', ':5000 :8404',
  'ghcr.io/a/b', 'ghcr.io/a/b:latest', 'ghcr.io/A/b:1', 'https://ghcr.io/a/b:1', 'a:1', 'a@sha256:abc', `a@sha256:${'0'.repeat(64)}`, 'a:1@sha256:0', 'registry:5000/a:1', 'a:1 ', 'haproxy:2.3', 'haproxy:3.2.0', 'haproxy:3.2',
  'pgbouncer:1.18', 'dpage/pgadmin4:9.1',
  '250m', '2', '0', '-1', '0.0001', '1e3m', '1Gi', '10%', '99999999999999999999', '1m ',
  'de_DE.UTF-8', 'C', 'POSIX', 'C.UTF-8', 'en_US.utf8', 'xx_XX.UTF-8', 'minimal', 'logical', '0 1 * * *', '0 1 * * WED', '0 25 * * *', '* * * *', '@daily', '0 0 30 2 *', '*/0 * * * *',
  'local all all trust', 'host all all 10.0.0.1 md5', 'host all all 10.0.0.0/33 md5', 'host all all all scramsha256', 'host all all all # md5', 'hostssl all all all cert', 'hostssl all all all md5 \\', 'host all all all md5 map=x', '# a', '@file',
  'listen x', '.if 1', '.endif', 'backend evil', '[databases]', '[pgbouncer]', '/etc', '/run', '/tmp', '/dev/shm', '/home/postgres/pgdata', '/backup', '/backup/../etc', '/run/proxy/a', '/run/proxy/../a',
  '#!/bin/sh\ntrue\n', '#! /bin/sh', '#!\n', 'arn:aws:iam::123456789012:role/a', 'arn:aws:iam::1:role/a', 'eu-central-1', 'RegionOne', 'EU', 'GLACIER', 'STANDARD', '20261121T030000Z', '2026-11-21T09:30:00Z', '2026-02-30T09:30:00Z',
  '2026-11-21 09:30:00', '0/3000060', 'G/1', 'base_000000010000000000000004', 'dba@example.org', 'dba@localhost', 'dba@a.local', 'a@b', 'a@b.c', 'HUP', 'KILL', 'SIGHUP', 'password=\'a\'', 'host=a', 'Always', 'Never', 'strict', 'gzip',
];

const NUMBERS: readonly number[] = [
  NaN, Infinity, -Infinity, -1, 0, 1, 2, 1.5, 3, 9, 16, 17, 18, 100, 101, 1000, 1001, 29999, 30000, 32767, 32768, 65535, 65536,
  8405, 8404, 80, 2 ** 31, 2 ** 53, 1e21, 1e308,
];
const SIZES: readonly unknown[] = [
  ...[Size.kibibytes, Size.mebibytes, Size.gibibytes].flatMap(unit => [0, 1, 1.5, 64, NaN, Infinity, 1e15].flatMap(safely(unit))), Size.tebibytes(1e6), '1Gi', '10', 10,
];
const DURATIONS: readonly unknown[] = [
  ...[0, -1, 1, 1.5, NaN, Infinity, 59, 60, 3600, 1e12].flatMap(safely(Duration.seconds)), ...[1, 999].flatMap(safely(Duration.millis)), Duration.days(365000), '1h', 10, new Date(0),
];
const CRONS: readonly unknown[] = [
  Cron.schedule({ minute: '60' }), Cron.schedule({ minute: '*/0' }), Cron.schedule({ day: '31', month: '2', weekDay: '*' }), Cron.schedule({ minute: '1\n* * * * * rm' }), Cron.schedule({ weekDay: 'WED' }),
  Cron.schedule({ weekDay: '7' }), Cron.schedule({ minute: '' }), Cron.schedule({}), new Cron({}), '0 1 * * *', { expressionString: 'x' }, { expressionString: '' }, { expressionString: 5 },
];

/** cdk8s itself refuses some amounts. */
function safely(make: (amount: number) => unknown) {
  return (amount: number) => { try { return [make(amount)]; } catch { return []; } };
}

/** Of an enum and a truth value the error shows the text that stands there instead. */
const mayShow = (type: string) => type === 'boolean' || (properties as Shapes)[type]?.values !== undefined;

/** What to try in a place of a type, beside what is of no type at all. */
export function valuesFor(type: string): readonly unknown[] {
  switch (type) {
    case 'key': return [...TEXTS, ...MEANINGS];
    case 'unknown': return ['x', 0, {}, null, undefined, PLANTED];
    case 'string': case 'any': return [...MISTYPED, ...TEXTS, ...MEANINGS];
    case 'number': return [...MISTYPED, ...NUMBERS];
    case 'Size': return [...MISTYPED, ...SIZES];
    case 'Duration': return [...MISTYPED, ...DURATIONS];
    case 'Cron': return [...MISTYPED, ...CRONS];
    default: return [...MISTYPED, 'a', '', 'Always', 'strict', ...mayShow(type) ? [] : [PLANTED]];
  }
}
