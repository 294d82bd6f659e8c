import { writeFileSync } from 'node:fs';
import { SUBJECTS } from './support/fuzz/constructs';
import { outcomeOf, describe as show } from './support/fuzz/outcome';
import { optionsBelow, placesIn, replaced } from './support/fuzz/places';
import { PROGRAMS } from './support/fuzz/programs';
import { valuesFor } from './support/fuzz/values';

beforeAll(() => { jest.spyOn(process.stderr, 'write').mockReturnValue(true); });
test('good', () => {
  for (const subject of SUBJECTS) {
    for (const program of PROGRAMS[subject.type]) {
      const o = outcomeOf(subject, () => program, '');
      if (o.refusedBy || o.faults.length) { let m=''; try { subject.make(program); } catch (e) { m = (e as Error).message; } process.stdout.write(`${subject.type} ${m} ${o.faults.join('\n')}\n`); }
    }
  }
  const seen = new Set(SUBJECTS.flatMap(s => PROGRAMS[s.type].flatMap(p => placesIn(s.type, p).map(x => x.option))));
  process.stdout.write('missing ' + optionsBelow(SUBJECTS.map(s => s.type)).filter(o => !seen.has(o)).join('\n  ') + '\n');
  let n = 0;
  for (const s of SUBJECTS) for (const p of PROGRAMS[s.type]) for (const pl of placesIn(s.type, p)) n += valuesFor(pl.type).length;
  process.stdout.write(`total cases ${n}\n`);
});
test('explore', () => {
  const only = process.env.ONLY;
  const out: string[] = []; let n = 0;
  const done = new Set<string>();
  const start = Date.now();
  for (const subject of SUBJECTS) {
    if (only && !subject.type.match(only)) continue;
    for (const program of PROGRAMS[subject.type]) {
      for (const place of placesIn(subject.type, program)) {
        const id = `${subject.type} ${place.option}`;
        if (done.has(id)) continue; done.add(id);
        const values = valuesFor(place.type);
        for (const value of values) {
          n++;
          const o = outcomeOf(subject, () => replaced(program, place.path, value, place.type), value);
          const v = typeof value === 'string' ? JSON.stringify(value).slice(0, 70) : typeof value === 'object' ? `(${values.indexOf(value)}) ${show(value).slice(0, 60)}` : String(value);
          out.push([o.faults.length ? 'FAULT' : o.refusedBy ? 'refused' : 'ACCEPT', id, place.type, v, o.refusedBy?.join(',') ?? '', o.faults.join(' | ').slice(0, 600).replace(/\n/g, ' ⏎ ')].join('\t'));
        }
      }
    }
  }
  writeFileSync(`/tmp/w/fuzz-${only ?? 'all'}.tsv`, out.join('\n') + '\n');
  process.stdout.write(`${n} cases, ${out.filter(x => x.startsWith('FAULT')).length} faults, ${Date.now() - start} ms\n`);
}, 1000000);
