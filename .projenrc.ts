import { readdirSync } from 'node:fs';
import { cdk8s, github, javascript, release, typescript } from 'projen';

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'cdk8s-spilo',
  description: 'Highly available PostgreSQL on Kubernetes with Spilo and Patroni, without an operator, as cdk8s constructs.',
  keywords: [
    'cdk', 'cdk8s', 'kubernetes',
    'high-availability', 'patroni', 'postgres', 'postgresql', 'spilo', 'wal-g',
  ],
  repositoryUrl: 'https://github.com/cdk8s-spilo/cdk8s-spilo.git',
  author: 'The cdk8s-spilo authors',
  authorAddress: 'cdk8s-spilo@users.noreply.github.com',
  authorOrganization: true,
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk8s-spilo authors',
  stability: 'experimental',
  majorVersion: 0,
  defaultReleaseBranch: 'main',

  // Peers are wide, development runs on their minimum (projen pins it), so that nothing newer is used by accident.
  cdk8sVersion: '2.68.91',
  constructsVersion: '10.3.0',
  peerDeps: ['cdk8s-plus-27@^2.9.5'],

  devDeps: [
    '@swc/core@1.16.18',
    '@swc/jest',
    'ajv@^8',
    'cdk8s-cli@^2',
    'fast-check@^4',
    'kubernetes-models@^4', // 5 needs Node 22
    'yaml@^2',
  ],

  // jsii minors are breaking, and each works with one TypeScript minor.
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  // Also keeps @types/node off `@ts6.0`, a tag that does not exist.
  minNodeVersion: '20.0.0',
  workflowNodeVersion: '22',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  runner: typescript.TypeScriptRunner.tsx(),
  sampleCode: false,
  // Source maps of source that is not in the package would be two thirds of it, and slow its import by a sixth.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  // The pinned output of examples/ does this job, see the task `examples:check`.
  integrationTestAutoDiscover: false,

  jestOptions: {
    // projen's default updates snapshots on every run: such a test cannot fail.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    junitReporting: false,
    jestConfig: {
      // By default one core stays idle: half of a small machine.
      maxWorkers: '100%',
      moduleNameMapper: { '^cdk8s-spilo$': '<rootDir>/src' },
      // These need more than Node; each has its own task.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/used-by/'],
      modulePathIgnorePatterns: ['<rootDir>/dist/'],
    },
  },
  eslintOptions: {
    // This one knows where the name of the package leads.
    tsconfigPath: './test/tsconfig.json',
    dirs: ['src'],
    devdirs: ['test', 'lab', 'bench', 'examples', 'scripts'],
    // What uses the package is checked where it is installed.
    ignorePatterns: ['node_modules/', 'lib/', 'dist/', 'coverage/', 'test/used-by/', '*.js', '*.d.ts'],
  },

  publishToPypi: { distName: 'cdk8s-spilo', module: 'cdk8s_spilo' },
  publishToMaven: {
    mavenGroupId: 'io.github.cdk8s-spilo',
    mavenArtifactId: 'cdk8s-spilo',
    javaPackage: 'io.github.cdk8sspilo',
  },
  publishToGo: { moduleName: 'github.com/cdk8s-spilo/cdk8s-spilo-go' },
  publishToNuget: { dotNetNamespace: 'Cdk8sSpilo', packageId: 'Cdk8sSpilo' },
  bumpPackage: 'commit-and-tag-version@^12', // 13 needs Node 22
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),

  githubOptions: { projenCredentials: github.GithubCredentials.fromPersonalAccessToken() },
  depsUpgrade: false,
  autoMerge: false,
  gitignore: ['.jsii.tabl.json', '*.tgz', '.cache/'],
});

// What the rooms of src/ may import, beside themselves: see docs/architecture.md. Only src/index.ts may import everything.
const features = readdirSync('src/features', { withFileTypes: true }).filter(entry => entry.isDirectory()).map(({ name }) => `features/${name}`).sort();
const specs = features.map(feature => `${feature}/spec.ts`);
const MAY_IMPORT: { readonly [room: string]: readonly string[] } = {
  kernel: [],
  kit: ['kernel'],
  spilo: ['kernel', 'kit', ...specs],
  ...Object.fromEntries(features.map(feature => [feature, ['kernel', 'kit', 'spilo', ...specs]])),
  // Four features keep data in a store, and a drill is an option of backups. The store knows none of them.
  ...Object.fromEntries(['backup', 'bootstrap', 'logical', 'restore-drill'].map(user =>
    [`features/${user}`, ['kernel', 'kit', 'spilo', 'features/store', ...specs, ...user === 'backup' ? ['features/restore-drill/restore-drill.ts'] : []]])),
  proxy: ['kernel', 'kit', 'spilo', ...specs, 'properties.json'],
  pgadmin: ['kernel', 'kit', 'spilo', ...specs, 'properties.json', 'proxy/common'],
  cluster: ['kernel', 'kit', 'spilo', 'features', 'properties.json'],
};
const zones = Object.entries(MAY_IMPORT).map(([room, others]) => ({
  target: `./src/${room}`,
  from: './src',
  except: [room, ...others].map(path => `./${path}`),
  message: `Beside itself, src/${room} may import ${others.filter(path => !specs.includes(path)).join(', ') || 'nothing'} of src`
    + `${others.includes(specs[0]) ? ', and spec.ts of every feature' : ''}.`,
}));
project.eslint!.addOverride({ files: ['src/**/*.ts'], rules: { 'import/no-restricted-paths': ['error', { zones }] } as any });

// With @swc/core above: a lockfile works everywhere only if the binaries of all platforms are published.
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });

// What is in the package, beside what always is. Next to this list npm does not read .npmignore, which jsii-pacmak insists on.
project.package.addField('files', ['.jsii', 'API.md', 'CHANGELOG.md', 'lib']);
// What can be imported from it. Tools of jsii read the other two.
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
});

// Files named spec.ts hold types.
project.jest!.config.testMatch = ['<rootDir>/test/**/*.test.ts'];
// swc transpiles without type-checking: the suite starts in a second. `typecheck` has the types.
project.deps.removeDependency('ts-jest');
project.jest!.config.collectCoverage = false;
project.jest!.config.transform = {
  '^.+\\.tsx?$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
};

// Outside the library its name means its source, so that a fresh clone needs no build.
const paths = { 'cdk8s-spilo': ['../src/index.ts'] };
project.tsconfigDev.file.addOverride('compilerOptions.paths', paths);
project.tsconfigDev.addExclude('used-by');
// It forbids `export { SomeProps } from`, which jsii needs and which is harmless in CommonJS.
project.tsconfigDev.file.addOverride('compilerOptions.isolatedModules', false);
for (const folder of ['bench', 'examples', 'lab', 'scripts']) {
  // tsx, eslint and editors look for the nearest tsconfig.json.
  new javascript.TypescriptConfig(project, {
    fileName: `${folder}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromTypescriptConfigs([project.tsconfigDev]),
    include: ['**/*.ts'],
    compilerOptions: { noEmit: true, rootDir: '..' },
  });
  project.tsconfigDev.addInclude(`../${folder}/**/*.ts`);
}

// jsii warns at length that Node 20 is old; Debian and many CI images still have it.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

project.compileTask.exec('tsx scripts/after-compile.ts');

const typecheck = project.addTask('typecheck', {
  description: 'Type-check tests, examples, benchmarks and scripts against the source',
  exec: 'tsc -p test',
});

project.addTask('example', {
  description: 'Render the how-to cluster to examples/how-to/dist',
  cwd: 'examples/how-to',
  exec: 'tsx main.ts',
});
project.addTask('examples', {
  description: 'Render every example to its dist folder, which is pinned in git',
  exec: 'tsx scripts/examples.ts',
});
project.addTask('examples:check', {
  description: 'Fail when an example no longer renders exactly what is pinned in its dist folder',
  exec: 'tsx scripts/examples.ts --check',
});

project.addTask('docs', {
  description: 'Write the pages of docs/ that follow from the source',
  exec: 'tsx scripts/docs.ts',
});
project.addTask('docs:check', {
  description: 'Fail when a page of docs/ is not what the source says',
  exec: 'tsx scripts/docs.ts --check',
});

project.addTask('bench', {
  description: 'Compare the cost of SpiloCluster with plain data and with hand-written ApiObjects',
  steps: [{ spawn: 'compile' }, { exec: 'node --expose-gc --import tsx bench/main.ts' }],
});

project.addTask('docgen:check', {
  description: 'Fail when API.md is not what the compiled library says',
  steps: [{ exec: 'jsii-docgen -o dist/API.md' }, { exec: 'diff -u API.md dist/API.md' }],
});
const rosetta = project.addTask('rosetta', {
  description: 'Fail on a code sample in README or doc comments that does not compile (needs the compiled library)',
  exec: 'jsii-rosetta extract --strict',
});
project.addTask('pacmak', {
  description: 'Generate the Python, Java, Go and .NET sources without their toolchains (needs the compiled library)',
  exec: 'jsii-pacmak --code-only --outdir dist/code -t python -t java -t go -t dotnet',
});
for (const language of ['npm', 'python']) {
  project.addTask(`used-by:${language}`, {
    description: `Install the packed library in an app outside the tree and compare what it renders (${language})`,
    steps: [{ spawn: 'compile' }, { exec: `bash test/used-by/${language}.sh` }],
  });
}

// What needs more than Node: programs of Debian, or a cluster. See lab/README.md.
const SUITES = [
  ['backup', 'real members with PostgreSQL, Patroni and WAL-G, but no Kubernetes, through archiving and recovery'],
  ['proxy', 'real proxies in front of real members, but no Kubernetes, through failovers'],
  ['cluster', 'what needs a Kubernetes API server or real nodes'],
];
for (const [suite, what] of SUITES) {
  project.addTask(`test:${suite}`, {
    description: `Test ${what}`,
    exec: `jest --ci -c lab/${suite}/jest.config.js`,
    receiveArgs: true,
  });
}

project.addTask('test:api', {
  description: 'Test that a real API server accepts every example; the part of test:cluster that needs no nodes',
  exec: 'jest --ci -c lab/cluster/jest.config.js --maxWorkers=1 lab/cluster/api',
  receiveArgs: true,
});

project.addTask('evidence:consistency', {
  description: 'Do each fault of the consistency suite in every mode and write docs/evidence/consistency.md',
  exec: 'tsx --tsconfig lab/tsconfig.json lab/cluster/consistency-evidence.ts',
  receiveArgs: true,
});
project.addTask('evidence', {
  description: 'Repeat the faults of the cluster suite and write the measured times to docs/evidence.md',
  exec: 'tsx --tsconfig lab/tsconfig.json lab/cluster/evidence.ts',
  receiveArgs: true,
});

project.addTask('changelog', {
  description: 'Write CHANGELOG.md from the commits, before a release',
  exec: 'commit-and-tag-version --header "# Changelog" --release-count 0 --skip.bump --skip.commit --skip.tag',
});

// `npm test` is the suite alone and takes seconds; `npm run build` checks the rest too.
project.testTask.removeStep(project.testTask.steps.length - 1);
project.postCompileTask.spawn(rosetta);
project.postCompileTask.spawn(typecheck);
project.postCompileTask.spawn(project.eslint!.eslintTask);

// The publisher's own default says the same.
project.tryFindObjectFile('.github/workflows/release.yml')!.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

project.synth();
