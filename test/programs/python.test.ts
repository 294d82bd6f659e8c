import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HAS_PYTHON, PYTHON, pythonTest, run } from './support/python';

/** The unit tests of the programs are Python's own: `test_*.py` beside this file. Each of them is run once. */
const FILES = readdirSync(__dirname).filter(file => /^test_\w+\.py$/.test(file)).sort();
const namesOf = (file: string) => [...readFileSync(join(__dirname, file), 'utf8').matchAll(/^ {4}def (test_\w+)\(self\)/gm)].map(([, name]) => name);

const suites = new Map<string, Promise<{ readonly [test: string]: readonly string[] }>>();

function resultsOf(file: string) {
  const known = suites.get(file);
  if (known) { return known; }
  const results = run([PYTHON, join(__dirname, 'support/suite.py'), join(__dirname, file)], { ...process.env, PYTHONDONTWRITEBYTECODE: '1' })
    .then(({ stdout, stderr }) => { try { return JSON.parse(stdout); } catch { throw new Error(stdout + stderr); } });
  suites.set(file, results);
  return results;
}

/** All at once: most of their time they wait. */
if (HAS_PYTHON) { beforeAll(() => { FILES.forEach(resultsOf); }); }

describe.each(FILES)('%s', file => {
  pythonTest.each(namesOf(file).map(name => [name.slice('test_'.length).replaceAll('_', ' '), name]))('%s', async (_, name) => {
    expect((await resultsOf(file))[name]).toEqual([]);
  }, 60000);
});
