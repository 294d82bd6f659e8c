import { anomalies, Event, Final, historyOf, outage, twoWriters } from '../../lab/cluster/support/consistency/checker';

const append = (value: number, [start, end]: readonly [number, number], ok: boolean | null = true, list: readonly number[] = []): Event =>
  ({ client: `appender-${value}`, kind: 'append', start, end, ok, key: 0, value, list });
const final = (list: readonly number[], sum = 800): Final => ({ lists: { 0: list }, sum, money: 800 });
const NONE = { lost: [], duplicated: [], reordered: [], resurrected: [], forked: [], aheadOnReplica: [], ledger: [] };

describe('the checker of histories', () => {
  test('finds nothing wrong with a whole history', () => {
    const history = [append(1, [1, 2], true, [1]), append(2, [3, 4], true, [1, 2])];
    expect(anomalies(history, final([1, 2]))).toEqual(NONE);
  });

  test('allows both outcomes of what nobody knows', () => {
    expect(anomalies([append(1, [1, 2], null)], final([]))).toEqual(NONE);
    expect(anomalies([append(1, [1, 2], null)], final([1]))).toEqual(NONE);
  });

  test('allows either order of what was under way at the same time', () => {
    expect(anomalies([append(1, [1, 4]), append(2, [2, 3])], final([2, 1]))).toEqual(NONE);
  });

  test.each([
    ['a write that was acknowledged and is gone', [append(1, [1, 2])], final([]), { lost: ['1 of list 0, acknowledged at 2'] }],
    ['a write that is there twice', [append(1, [1, 2])], final([1, 1]), { duplicated: ['1 of list 0'] }],
    ['an order that nobody can have seen', [append(1, [1, 2]), append(2, [3, 4])], final([2, 1]), { reordered: ['1 stands behind 2, which began after it'] }],
    ['a write that was refused and is there', [{ ...append(1, [1, 2], false), error: '25006' }], final([1]), { resurrected: ['1 of list 0, refused with 25006'] }],
    ['a list that never came to be', [append(2, [1, 2], true, [1, 2])], final([2]), { forked: ['list 0, seen by appender-2 at 2'] }],
    ['the same, seen on a replica, apart from the others', [{ client: 'reader', kind: 'look', start: 1, end: 2, ok: true, where: 'replica', lists: { 0: [3] } }], final([2]), { aheadOnReplica: ['list 0, seen by reader at 2'] }],
    ['money that went in between', [{ client: 'banker', kind: 'sum', start: 1, end: 2, ok: true, value: 799 }], final([]), { ledger: ['799 at 2'] }],
    ['money that is gone', [], final([], 799), { ledger: ['799 at the end'] }],
  ] as [string, Event[], Final, object][])('finds %s', (_, history, end, expected) => {
    expect(anomalies(history, end)).toEqual({ ...NONE, ...expected });
  });

  test('reads what the clients write', () => {
    expect(historyOf('{"kind": "sum", "ok": true}\n{"kind": "read", "ok": null}\n')).toEqual([{ kind: 'sum', ok: true }, { kind: 'read', ok: null }]);
  });

  test('measures the longest time without an acknowledged write', () => {
    expect(outage([append(1, [0, 1]), append(2, [1, 2]), append(3, [2, 9], null), append(4, [6, 7])])).toBe(5);
    expect(outage([append(1, [0, 1]), append(2, [2, 20], false)])).toBe(19);
  });
});

describe('two writers', () => {
  const writes = (member: string, times: readonly number[], ok: boolean | null = true): Event[] =>
    times.map(time => ({ client: member, kind: 'primary', member, start: time, end: time + 0.05, ok }));

  test('one after the other are none', () => {
    expect(twoWriters([...writes('a', [1, 2, 3]), ...writes('b', [4, 5])])).toEqual({ seconds: 0, pairs: [] });
  });

  test('are as long as what both have in common', () => {
    const { seconds, pairs } = twoWriters([...writes('a', [1, 2, 3, 4, 5, 6]), ...writes('b', [4, 5, 6, 7])]);
    expect(seconds).toBeCloseTo(2, 0);
    expect(pairs).toHaveLength(1);
  });

  test('a leader that comes back after another one is none', () => {
    expect(twoWriters([...writes('a', [1, 2]), ...writes('b', [4, 5, 6]), ...writes('a', [8, 9])])).toEqual({ seconds: 0, pairs: [] });
  });

  test('what was refused, or is unknown, is no write', () => {
    expect(twoWriters([...writes('a', [1, 2, 3]), ...writes('b', [1, 2, 3], false), ...writes('c', [1, 2, 3], null)])).toEqual({ seconds: 0, pairs: [] });
  });
});
