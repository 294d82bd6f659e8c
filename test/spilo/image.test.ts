import { settleSpiloImage } from '../../src/spilo/image';
import { refusal, render } from '../support/render';
import { SpiloImage, SpiloImageFacts } from 'cdk8s-spilo';

/** What Spilo's release tags say of their images: name, PostgreSQL majors, Patroni. */
const CATALOGUE: [keyof typeof SpiloImage, string, number[], string][] = [
  ['SPILO_15_3_0_P1', 'spilo-15:3.0-p1', [10, 11, 12, 13, 14, 15], '3.0.1'],
  ['SPILO_15_3_1_P1', 'spilo-15:3.1-p1', [10, 11, 12, 13, 14, 15], '3.1.2'],
  ['SPILO_15_3_2_P1', 'spilo-15:3.2-p1', [10, 11, 12, 13, 14, 15], '3.2.2'],
  ['SPILO_16_3_2_P3', 'spilo-16:3.2-p3', [11, 12, 13, 14, 15, 16], '3.2.2'],
  ['SPILO_16_3_3_P3', 'spilo-16:3.3-p3', [12, 13, 14, 15, 16], '3.3.3'],
  ['SPILO_17_4_0_P2', 'spilo-17:4.0-p2', [13, 14, 15, 16, 17], '4.0.4'],
  ['SPILO_17_4_0_P3', 'spilo-17:4.0-p3', [13, 14, 15, 16, 17], '4.0.4'],
  ['SPILO_18_4_1_P1', 'spilo-18:4.1-p1', [14, 15, 16, 17, 18], '4.1.0'],
  ['SPILO_18_4_1_P2', 'spilo-18:4.1-p2', [14, 15, 16, 17, 18], '4.1.0'],
];
const FACTS: SpiloImageFacts = { postgresVersions: [16, 17], patroniVersion: '4.0.4' };

test('the catalogue is what this table says', () => {
  const listed = Object.entries(SpiloImage).filter(([name, value]) => name !== 'DEFAULT' && value instanceof SpiloImage).map(([name]) => name);
  expect(listed.sort()).toEqual(CATALOGUE.map(([name]) => name).sort());
});

describe.each(CATALOGUE)('%s', (name, reference, postgresVersions, patroniVersion) => {
  const image = SpiloImage[name] as unknown as SpiloImage;

  test('is on ghcr.io, since the older registry is being retired', () => {
    expect(image.reference).toBe(`ghcr.io/zalando/${reference}`);
  });

  test('brings these majors of PostgreSQL and this Patroni', () => {
    expect(settleSpiloImage(image)).toMatchObject({ postgresVersions, patroniVersion });
  });

  test('has the name of its newest major', () => {
    expect(reference).toContain(`spilo-${Math.max(...postgresVersions)}:`);
  });

  test('runs each of its majors', () => {
    for (const version of postgresVersions) { expect(render({ image, postgres: { version } }).env.PGVERSION).toBe(String(version)); }
  });

  test('creates the user ADMIN only with Patroni below 4', () => {
    expect(settleSpiloImage(image).createsAdminUser).toBe(patroniVersion < '4');
  });
});

test.each([
  ['SPILO_17_4_0_P3', 17, 'bg_mon,pg_stat_statements,pgextwlist,pg_auth_mon,set_user,timescaledb,pg_cron,pg_stat_kcache,mine'],
  ['SPILO_18_4_1_P1', 18, 'bg_mon,pg_stat_statements,pgextwlist,pg_auth_mon,set_user,pg_cron,pg_stat_kcache,mine'],
  ['SPILO_15_3_0_P1', 15, 'bg_mon,pg_stat_statements,pgextwlist,pg_auth_mon,set_user,pg_cron,pg_stat_kcache,mine'],
  ['SPILO_15_3_0_P1', 14, 'bg_mon,pg_stat_statements,pgextwlist,pg_auth_mon,set_user,timescaledb,pg_cron,pg_stat_kcache,mine'],
] as const)('%s preloads with PostgreSQL %i what its Spilo preloads, TimescaleDB only where it is built', (name, version, libraries) => {
  const { configuration } = render({ image: SpiloImage[name], postgres: { version, preloadLibraries: ['mine'] } });
  expect(configuration.postgresql.parameters.shared_preload_libraries).toBe(libraries);
});

test('only 4.0-p3 and 4.1-p2 were seen to boot with a read-only root file system, and 4.0-p3 with the fence', () => {
  const readOnly = CATALOGUE.map(([name]) => name).filter(name => settleSpiloImage(SpiloImage[name] as unknown as SpiloImage).readOnlyRoot);
  expect(readOnly).toEqual(['SPILO_17_4_0_P3', 'SPILO_18_4_1_P2']);
  const fenced = CATALOGUE.map(([name]) => name).filter(name => settleSpiloImage(SpiloImage[name] as unknown as SpiloImage).fencing);
  expect(fenced).toEqual(['SPILO_17_4_0_P3']);
});

describe('of()', () => {
  test('takes what the catalogue does not know', () => {
    const { database, env } = render({ image: SpiloImage.of('registry.example.org/mine:1', FACTS) });
    expect([database.image, env.PGVERSION]).toEqual(['registry.example.org/mine:1', '17']);
  });

  test('keeps a copy of the facts', () => {
    const postgresVersions = [16];
    const image = SpiloImage.of('mine:1', { ...FACTS, postgresVersions });
    postgresVersions.push(99);
    expect(settleSpiloImage(image).postgresVersions).toEqual([16]);
  });

  test('believes what it is told of a read-only root and of the admin user', () => {
    const image = SpiloImage.of('mine:1', { ...FACTS, readOnlyRoot: true, createsAdminUser: true });
    expect(render({ image }).database.securityContext.readOnlyRootFilesystem).toBe(true);
    expect(settleSpiloImage(image).createsAdminUser).toBe(true);
  });
});

test.each([
  ['registry.example.org/mirror', 'registry.example.org/mirror/spilo-17:4.0-p3'],
  ['registry.example.org:5000/', 'registry.example.org:5000/spilo-17:4.0-p3'],
])('withRegistry(%j) is the same image from a mirror', (registry, reference) => {
  const image = SpiloImage.SPILO_17_4_0_P3.withRegistry(registry);
  expect(image.reference).toBe(reference);
  expect({ ...settleSpiloImage(image), reference: '', preloadLibraries: 0 }).toEqual({ ...settleSpiloImage(SpiloImage.SPILO_17_4_0_P3), reference: '', preloadLibraries: 0 });
});

test.each<[string, () => SpiloImage]>([
  ['no registry', () => SpiloImage.DEFAULT.withRegistry(undefined as any)],
  ['a number', () => SpiloImage.DEFAULT.withDigest(5 as any)],
  ['no reference', () => SpiloImage.of(undefined as any, FACTS).withRegistry('mirror').withDigest('x')],
])('what is no text is refused with its path, as %s', (_, image) => {
  expect(refusal(() => render({ image: image() }))).toMatch(/\[(missing-property|property-type)\] test\/orders: image\.reference: /);
});

test.each(['https://mirror', 'Mirror', ' mirror', 'a b', ''])('withRegistry(%j) is refused', registry => {
  expect(refusal(() => render({ image: SpiloImage.DEFAULT.withRegistry(registry) }))).toContain('[image-reference] test/orders: image: ');
});

test('withRegistry() keeps a digest', () => {
  const digest = `@sha256:${'0'.repeat(64)}`;
  expect(SpiloImage.of(`ghcr.io/zalando/spilo-17${digest}`, FACTS).withRegistry('mirror').reference).toBe(`mirror/spilo-17${digest}`);
});

test('an image can be held to a digest, in whichever registry it is', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const image = SpiloImage.SPILO_17_4_0_P3.withDigest(digest);
  expect(image.reference).toBe(`ghcr.io/zalando/spilo-17:4.0-p3@${digest}`);
  expect(image.withRegistry('registry.example.org/mirror').reference).toBe(`registry.example.org/mirror/spilo-17:4.0-p3@${digest}`);
  expect(image.withDigest(digest).reference).toBe(image.reference);
  expect(settleSpiloImage(image)).toEqual({ ...settleSpiloImage(SpiloImage.SPILO_17_4_0_P3), reference: image.reference });
  expect(render({ image }).database.image).toBe(image.reference);
});
