import { Duration, Size } from 'cdk8s';
import { isMap } from './data';
import { quantity } from './quantity';

/** A password within a longer text, such as a connection string, a URL, a line of pg_hba.conf, an argument or a piece of JSON. */
const SECRETS: readonly [RegExp, string][] = [
  [/((?:pass(?:word|wd|phrase)?|secret)\w*\s*=\s*).*(?=")/gi, '$1(not shown)'],
  [/((?:pass(?:word|wd|phrase)?|secret|token)\w*\\?["']\s*:\s*\\["']).*?(?=\\["'])/gi, '$1(not shown)'],
  [/(--\w*(?:pass(?:word|wd|phrase)?|secret|token)\w*\s+)[^\s"\\]+/gi, '$1(not shown)'],
  [/(\w+:\/\/(?:[^\s"/:@]*:)?)[^\s"]*@/g, '$1(not shown)@'],
  [/([?&](?:token|sig|signature|key|code|auth)\w*=)[^\s"&\\]+/gi, '$1(not shown)'],
  [/((?:\bstats\s+auth\s+[^\s":]*:|\buser\s+[^\s"]+\s+password\s+|\binsecure-password\s+))[^\s"\\]+/gi, '$1(not shown)'],
];
/** Names whose values are never shown. */
const SECRET_NAME = /pass(word|wd|phrase)|secret|token|private|credential|ACCESS_KEY|API_?KEY/i;
/** Whether the value of a setting with this name is better not shown. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);
const DEEPEST = 6;

/** Characters that a terminal obeys, hides or takes for the end of a line. Of these JSON writes some as they are. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const escaped = (character: string) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;

/** A text in one line, in which nothing hides. */
export const visible = (text: string) => text.replace(INVISIBLE, escaped);

/**
 * A value as a user would write it, in one line and without secrets. JSON has no NaN, sizes and durations show their text, and of other
 * instances only the name of the class: they may hold anything, also themselves.
 */
export function show(value: unknown): string {
  if (typeof value === 'number' || value === undefined || value === null) { return String(value); }
  const text = JSON.stringify(plain(value, 0)) ?? `a ${typeof value}`;
  return visible(SECRETS.reduce((shown, [secret, by]) => shown.replace(secret, by), text));
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'function') { return '(a function)'; }
  if (typeof value === 'bigint' || typeof value === 'symbol') { return String(value); }
  if (typeof value === 'number' && !Number.isFinite(value)) { return String(value); }
  if (typeof value !== 'object' || value === null) { return value; }
  if (depth > DEEPEST) { return '...'; }
  try {
    if (Array.isArray(value)) { return value.map(entry => plain(entry, depth + 1)); }
    if (isMap(value)) {
      return Object.fromEntries(Object.entries(value)
        .map(([key, entry]) => [key, isSecretName(key) && typeof entry === 'string' ? '(not shown)' : plain(entry, depth + 1)]));
    }
    return instance(value);
  } catch {
    return '(an object that cannot be read)';
  }
}

function instance(value: object): string {
  if (isSize(value)) { return quantity(value); }
  if (isDuration(value)) { return `${value.toMilliseconds() / 1000}s`; }
  return `a ${value.constructor?.name ?? 'object'}`;
}

/** By their methods, since an app may have two copies of cdk8s. */
const isSize = (value: object): value is Size => typeof (value as Partial<Size>).toKibibytes === 'function';
const isDuration = (value: object): value is Duration => typeof (value as Partial<Duration>).toMilliseconds === 'function';
