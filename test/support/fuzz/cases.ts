/** All that is tried, and a sample of it. */
import { SUBJECTS, Subject } from './constructs';
import { Case, describe } from './outcome';
import { placesOf } from './places';
import { PROGRAMS } from './programs';
import { valuesFor } from './values';
import { SEED } from '../seed';

/** Every value in every place of a construct's programs. */
export function casesOf(subject: Subject): Case[] {
  return placesOf(subject.type, PROGRAMS[subject.type])
    .flatMap(({ program, place }) => valuesFor(place.type).map(value => ({ subject, program, place, value })));
}

/** One case for each of `count` equal stretches: every option has its turn, with another value by another seed. */
export function sample(cases: readonly Case[], count: number): readonly Case[] {
  const length = cases.length / count;
  const draw = random();
  return length <= 1 ? cases : Array.from({ length: count }, (_, index) => cases[Math.floor((index + draw()) * length)]);
}

/** Numbers from 0 to 1 by the seed: the generator of Park and Miller. */
function random(): () => number {
  const PRIME = 2 ** 31 - 1;
  let state = SEED % (PRIME - 1) + 1;
  return () => {
    state = state * 48271 % PRIME;
    return state / PRIME;
  };
}

/** The case of a value in an option. */
export function caseOf(type: string, option: string, value: unknown): Case {
  const subject = SUBJECTS.find(one => one.type === type)!;
  const found = placesOf(type, PROGRAMS[type]).find(({ place }) => place.option === option);
  if (!found) { throw new Error(`no place ${option} in the programs of ${type}`); }
  return { subject, ...found, value };
}

/** A case as a person finds it again. */
export function nameOf({ subject, place, value }: Case): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? describe(value) : String(value);
  return `${subject.type} ${place.option} = ${text.slice(0, 80)}`;
}
