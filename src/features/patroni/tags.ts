/** Tags that Patroni asks for true or false. A text is true to it, whatever it says. */
const BOOLEANS = ['clonefrom', 'nofailover', 'noloadbalance', 'nosync', 'nostream'];
const NUMBERS = ['failover_priority', 'sync_priority'];
const WORDS: { readonly [word: string]: boolean } = {
  true: true, yes: true, on: true, t: true, y: true, 1: true, false: false, no: false, off: false, f: false, n: false, 0: false,
};

const truthOf = (text: string): boolean | undefined => Object.hasOwn(WORDS, text.toLowerCase()) ? WORDS[text.toLowerCase()] : undefined;

/** The value of a tag as Patroni is to have it. */
export function tagValue(name: string, text: string): boolean | string {
  if (text === 'true' || text === 'false') { return text === 'true'; }
  return BOOLEANS.includes(name) ? truthOf(text) ?? text : text;
}

/** What a tag should be instead. All members would have it at once, since tags are the same on all of them. */
export function tagProblem(name: string, text: string, isSynchronous: boolean): string | undefined {
  const value = tagValue(name, text);
  if (BOOLEANS.includes(name) && typeof value !== 'boolean') { return `${name} of true or false`; }
  if (NUMBERS.includes(name) && !/^[+-]?\d+$/.test(text)) { return `${name} with a whole number`; }
  const onNobody: { readonly [name: string]: boolean } = {
    nofailover: value === true,
    failover_priority: Number(text) <= 0,
    nosync: value === true && isSynchronous,
    sync_priority: Number(text) <= 0 && isSynchronous,
    nostream: value === true,
    replicatefrom: true,
  };
  return onNobody[name] ? `not ${name} on all members alike` : undefined;
}
