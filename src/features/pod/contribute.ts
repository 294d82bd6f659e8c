import { isReserved, RESERVED_ENV_RULES } from './environment';
import { given } from '../../kernel/data';
import { Feature } from '../../kernel/feature';
import { Rule } from '../../kernel/rule';
import { gracePeriodRule, podRules, SYSTEM_DIRECTORIES, TakenDirectories } from '../../kit/pod-options';
import { RESERVED_LABELS } from '../../spilo/labels';
import { PGDATA_MOUNT, PROGRAMS } from '../../spilo/paths';
import { ClusterSpec } from '../../spilo/spec';

/** What Spilo and its scripts need of the image. In place of /run and /tmp a read-only root has volumes, which nothing else can replace anyway. */
function taken({ postgres: { version }, pod: { readOnlyRootFilesystem } }: ClusterSpec): TakenDirectories {
  return {
    needed: [
      ...SYSTEM_DIRECTORIES, '/etc/runit', '/home/postgres', '/scripts', '/var/run', ...readOnlyRootFilesystem ? [] : ['/run'],
      ...['bin', 'lib'].map(directory => `/usr/lib/postgresql/${version}/${directory}`), `/usr/share/postgresql/${version}/extension`,
    ],
    closed: [PGDATA_MOUNT, PROGRAMS],
  };
}

const rules: Rule<ClusterSpec>[] = [
  ...podRules<ClusterSpec>(({ pod }) => pod, RESERVED_LABELS, taken),
  ...RESERVED_ENV_RULES,
  gracePeriodRule('pod-grace-period', ({ pod }) => pod, 60,
    'A member that is killed before it has stopped is missed only after Patroni\'s ttl, and has to recover.'),
];

/** Additions of the user's to the members' pods. */
export const podFeature: Feature<ClusterSpec> = {
  rules,
  contribute: ({ pod: { labels, annotations, env, sidecars, initContainers, volumes, volumeMounts, imagePullSecrets } }) => ({
    podLabels: labels,
    podAnnotations: annotations,
    // A reserved one is refused by its own rule, which says what to use: it would clash with the library's besides.
    env: env.filter(({ name }) => !isReserved(name)),
    sidecars: [...sidecars],
    initContainers: [...initContainers],
    volumes: [...volumes],
    mounts: [...volumeMounts],
    pod: { imagePullSecrets: given(imagePullSecrets)?.map(name => ({ name })) },
  }),
};
