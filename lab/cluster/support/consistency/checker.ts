/** One line of the history that `clients.py` writes. Times are seconds since 1970. */
export interface Event {
  readonly client: string;
  readonly kind: 'append' | 'look' | 'write' | 'read' | 'transfer' | 'sum' | 'primary';
  readonly start: number;
  readonly end: number;
  /** Null: nobody knows whether it was done. */
  readonly ok: boolean | null;
  readonly key?: number;
  readonly value?: number;
  readonly list?: readonly number[];
  readonly lists?: { readonly [key: string]: readonly number[] };
  readonly where?: 'leader' | 'replica';
  readonly member?: string;
  readonly error?: string;
}

/** What the leader has when all is over. */
export interface Final {
  readonly lists: { readonly [key: string]: readonly number[] };
  readonly sum: number;
  readonly money: number;
}

/** What is wrong, in words that name the events. */
export interface Anomalies {
  /** Acknowledged, and gone. */
  readonly lost: readonly string[];
  /** In the list twice. */
  readonly duplicated: readonly string[];
  /** In another order than one after the other was acknowledged. */
  readonly reordered: readonly string[];
  /** The server had said no. */
  readonly resurrected: readonly string[];
  /** Seen on a leader, and not what the list came to be: two histories. */
  readonly forked: readonly string[];
  /** The same on a replica. PostgreSQL promises nothing here: it may show a commit that nobody was told of yet, and that is lost. */
  readonly aheadOnReplica: readonly string[];
  /** Money that came or went. */
  readonly ledger: readonly string[];
}

/** Seconds in which more than one member took writes. */
export interface TwoWriters { readonly seconds: number; readonly pairs: readonly string[] }

/** The history of one test, from its text. */
export function historyOf(text: string): Event[] {
  return text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Event);
}

/** Holds what was acknowledged and seen against what is there at the end. */
export function anomalies(history: readonly Event[], final: Final): Anomalies {
  const appends = history.filter(({ kind }) => kind === 'append');
  const present = new Map(Object.values(final.lists).flatMap(list => list.map((value, index) => [value, index] as const)));
  const done = appends.filter(({ ok }) => ok === true);
  return {
    lost: done.filter(({ value }) => !present.has(value!)).map(({ key, value, end }) => `${value} of list ${key}, acknowledged at ${end}`),
    duplicated: Object.entries(final.lists).flatMap(([key, list]) => repeated(list).map(value => `${value} of list ${key}`)),
    reordered: Object.keys(final.lists).flatMap(key => reordered(done.filter(event => event.key === Number(key)), value => present.get(value))),
    resurrected: appends.filter(({ ok, value }) => ok === false && present.has(value!))
      .map(({ key, value, error }) => `${value} of list ${key}, refused with ${error}`),
    forked: history.filter(({ where }) => where !== 'replica').flatMap(event => forks(event, final)),
    aheadOnReplica: history.filter(({ where }) => where === 'replica').flatMap(event => forks(event, final)),
    ledger: [
      ...history.filter(({ kind, ok, value }) => kind === 'sum' && ok === true && value !== final.money).map(({ value, end }) => `${value} at ${end}`),
      ...final.sum === final.money ? [] : [`${final.sum} at the end`],
    ],
  };
}

const repeated = (list: readonly number[]): number[] => list.filter((value, index) => list.indexOf(value) !== index);

/** Who was acknowledged before another one began stands before it. */
function reordered(done: readonly Event[], position: (value: number) => number | undefined): string[] {
  const placed = done.map(event => ({ ...event, at: position(event.value!) })).filter(({ at }) => at !== undefined).sort((a, b) => a.at! - b.at!);
  const found: string[] = [];
  let latest = placed[0];
  for (const event of placed) {
    if (event.end < latest.start) { found.push(`${event.value} stands behind ${latest.value}, which began after it`); }
    if (event.start > latest.start) { latest = event; }
  }
  return found;
}

/** What an event has seen that never came to be. */
function forks(event: Event, final: Final): string[] {
  return seen(event).filter(([key, list]) => !isPrefix(list, final.lists[key] ?? [])).map(([key]) => `list ${key}, seen by ${event.client} at ${event.end}`);
}

/** The lists that an event has seen. */
function seen({ kind, ok, key, list, lists }: Event): [string, readonly number[]][] {
  if (ok !== true) { return []; }
  if (kind === 'append') { return [[String(key), list!]]; }
  return kind === 'look' ? Object.entries(lists!) : [];
}

const isPrefix = (list: readonly number[], whole: readonly number[]): boolean => list.every((value, index) => whole[index] === value);

/** How long no other member than those before it takes writes, so that it counts as the same spell. */
const PAUSE = 3;

interface Spell { readonly member: string; readonly from: number; to: number }

/**
 * Times in which members took writes: from the start of the first to the start of the last acknowledged one, which are the least that
 * can be said. Two members overlap by what both have in common.
 */
export function twoWriters(history: readonly Event[]): TwoWriters {
  const spells: Spell[] = [];
  const current = new Map<string, Spell>();
  for (const { member, start, end } of history.filter(({ kind, ok }) => kind === 'primary' && ok === true).sort((a, b) => a.end - b.end)) {
    const spell = current.get(member!);
    if (spell && end - spell.to < PAUSE) {
      spell.to = start;
    } else {
      const begun: Spell = { member: member!, from: end, to: start };
      spells.push(begun);
      current.set(member!, begun);
    }
  }
  const overlaps = spells.flatMap((a, n) => spells.slice(n + 1).filter(b => b.member !== a.member)
    .map(b => ({ a, b, seconds: Math.min(a.to, b.to) - Math.max(a.from, b.from) })).filter(({ seconds }) => seconds > 0));
  return {
    seconds: Math.max(0, ...overlaps.map(({ seconds }) => seconds)),
    pairs: overlaps.map(({ a, b, seconds }) => `${a.member} and ${b.member}: ${seconds.toFixed(1)} s`),
  };
}

/** Longest time without an acknowledged append: between two of them, or until the end of the history. */
export function outage(history: readonly Event[]): number {
  const last = history.reduce((latest, { end }) => Math.max(latest, end), 0);
  const times = [...history.filter(({ kind, ok }) => kind === 'append' && ok === true).map(({ end }) => end), last].sort((a, b) => a - b);
  return Math.max(0, ...times.slice(1).map((time, n) => time - times[n]));
}
