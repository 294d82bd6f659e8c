/** The start page, followed literally: a newcomer's first hour. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { exec } from './support/exec';
import { inNamespace } from './support/suite';

const ROOT = resolve(__dirname, '../..');

/** A fenced block of the page: commands, or the text of a file. */
interface Block { readonly section: string; readonly language: string; readonly text: string }

/** The blocks of the page in their order. */
function blocks(page: string): Block[] {
  return page.split(/^## /m).slice(1).flatMap(section => {
    const title = section.slice(0, section.indexOf('\n'));
    return [...section.matchAll(/^```(\w+)[^\n]*\n(.*?)^```$/gms)].map(([, language, text]) => ({ section: title, language, text }));
  });
}

/** A cluster of the page runs from the third section on, and is removed by the seventh. */
const WHILE_IT_RUNS = '6. Change something';

const FILES: { readonly [language: string]: string } = { ts: 'main.ts', yaml: 'cdk8s.yaml', python: 'main.py' };
/** The test stands beside a copy of this tree instead of a clone from the network. */
const CLONE = 'git clone https://github.com/cdk8s-spilo/cdk8s-spilo.git\n';

describe('the start page', () => {
  const here = inNamespace('start', 'nodes');
  const page = blocks(readFileSync(join(ROOT, 'docs/start.md'), 'utf8'));
  const symptoms = readFileSync(join(ROOT, 'docs/operate/symptoms.md'), 'utf8').replace(/^## /gm, '');
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
  /** One shell for the whole page, as the reader has it: variables and the current folder go on. */
  let state = '';
  let output = '';
  let env: NodeJS.ProcessEnv;

  async function run(commands: string): Promise<void> {
    const keep = `{ declare -p PASSWORD 2>/dev/null || true; printf 'cd %q\\n' "$PWD"; } > ${folder}/state`;
    const { stdout } = await exec('bash', ['-euo', 'pipefail', '-c', [state, commands, keep].join('\n')], { env, seconds: 900 });
    state = readFileSync(join(folder, 'state'), 'utf8');
    output += stdout;
  }

  beforeAll(async () => {
    const { kubectl } = here();
    env = { ...kubectl.env, KUBECONFIG: join(folder, 'kubeconfig') };
    writeFileSync(env.KUBECONFIG!, (await kubectl.run(['config', 'view', '--flatten', '--raw'])).stdout);
    await exec('kubectl', ['config', 'set-context', '--current', '--namespace', kubectl.namespace], { env });
    const { stdout } = await exec('git', ['-C', ROOT, 'ls-files']);
    for (const file of stdout.trim().split('\n').filter(name => existsSync(join(ROOT, name)))) { cpSync(join(ROOT, file), join(folder, 'cdk8s-spilo', file)); }
    state = `cd ${folder}\n`;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([...new Set(page.map(({ section }) => section))])('%s', async section => {
    for (const { language, text } of page.filter(block => block.section === section)) {
      const current = /cd (.*)\n/.exec(state)![1];
      if (language === 'sh') {
        await run(text.replace(CLONE, ''));
      } else if (/^\s/.test(text)) { // a line of the program that is changed
        const file = join(current, FILES[language]);
        const program = readFileSync(file, 'utf8');
        const key = /^\s*(\w+):/.exec(text)![1];
        writeFileSync(file, program.replace(new RegExp(`^\\s*${key}:.*\n`, 'm'), text));
      } else {
        writeFileSync(join(current, FILES[language]), text);
      }
    }
    if (section === WHILE_IT_RUNS) { await run(blocks(`## \n${symptoms}`)[0].text); }
  });

  test('what it promises was seen', () => {
    expect(output).toContain('Cluster orders: 3 members');
    expect(output).toContain('work_mem');
    expect(output).toContain('16MB');
  });
});
