import { CONTAINER, container, objectNames, volumes } from './render';
import { PgAdminSpec } from './spec';
import { merge } from '../kernel/contribution';
import { modelRules } from '../kernel/model-rules';
import { isPositiveSize } from '../kernel/quantity';
import { Rule, valueRule } from '../kernel/rule';
import { DNS_1035, HOST_SYNTAX, isHost, isObjectName, isOneLine, isWholeNumber, MAX_DNS_LABEL } from '../kernel/syntax';
import { imageRules, versionNumber } from '../kit/image';
import { placementRules } from '../kit/placement';
import { podRules } from '../kit/pod-options';
import { resourcesRules } from '../kit/resources';
import { secretKeyRule } from '../kit/secret-key';
import { serviceRules } from '../kit/service-options';
import { clusterRefRule, namesOfCluster } from '../spilo/cluster-ref';
import { RESERVED_LABELS } from '../spilo/labels';

/** The first release that runs a Python without file capability where capabilities are dropped. */
const LEAST_VERSION = '9.16';

const isText = (value: unknown) => isOneLine(value) && value.trim() !== '';

const EMAIL = /^[\w%+-]+(\.[\w%+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z]{2,})$/;
/** Domains that `email-validator`, the library that pgAdmin asks, refuses as undeliverable. */
const UNDELIVERABLE = ['arpa', 'invalid', 'local', 'localhost', 'onion', 'test'];

function isEmail(email: string): boolean {
  const topLevel = EMAIL.exec(email)?.pop();
  return topLevel !== undefined && !UNDELIVERABLE.includes(topLevel.toLowerCase());
}

/** A digest and the name of somebody's own image say nothing about the version inside. */
function isNewEnough({ reference, version }: PgAdminSpec['image']): boolean {
  const isPgAdmins = /(^|\/)pgadmin4:/.test(reference);
  const number = versionNumber(version)?.number;
  return !isPgAdmins || number === undefined || number >= versionNumber(LEAST_VERSION)!.number;
}

/** The pod as the model rules see one. */
function podModel(spec: PgAdminSpec) {
  const { pod } = spec;
  const own = container(spec);
  return merge([
    { env: own.env, volumes: volumes(spec), mounts: own.volumeMounts },
    {
      env: [...pod.env],
      initContainers: [...pod.initContainers],
      sidecars: [...pod.sidecars],
      volumes: [...pod.volumes],
      mounts: [...pod.volumeMounts],
    },
  ], () => undefined);
}

/** Checks of pgAdmin. */
export const PGADMIN_RULES: readonly Rule<PgAdminSpec>[] = [
  valueRule('pgadmin-name', 'name', `1 to ${MAX_DNS_LABEL - '-servers'.length} of a-z 0-9 -, beginning with a letter and not ending with -`,
    'The API server refuses the Service.',
    ({ name }) => name, name => DNS_1035.test(name) && name.length <= MAX_DNS_LABEL - '-servers'.length),
  {
    id: 'pgadmin-name-taken',
    property: 'name',
    allowed: 'a name with which no object of pgAdmin is called as one of its clusters\'',
    why: 'Applying pgAdmin would replace an object of the cluster, such as the Service of its leader.',
    find: spec => {
      const taken = spec.clusters.flatMap(namesOfCluster);
      return objectNames(spec).filter(name => taken.includes(name)).slice(0, 1).map(received => ({ received }));
    },
  },
  clusterRefRule<PgAdminSpec>('servers', ({ clusters }) =>
    Object.fromEntries(clusters.map((cluster, index) => [`servers[${index}].cluster`, cluster]))),
  ...imageRules<PgAdminSpec>('image', ({ image }) => image),
  {
    id: 'pgadmin-image',
    property: 'image',
    allowed: `pgAdmin ${LEAST_VERSION} or newer`,
    why: 'Python in older images carries a file capability: a container without capabilities cannot run it (Operation not permitted).',
    find: ({ image }) => isNewEnough(image) ? [] : [{ received: image.reference }],
  },
  valueRule('pgadmin-email', 'email', `an address such as admin@example.org; not in ${UNDELIVERABLE.map(domain => `.${domain}`).join(', ')}`,
    'pgAdmin checks the address at its first start and ends: the pod starts again forever.',
    ({ email }) => email, isEmail),
  secretKeyRule('pgadmin-password', 'password', ({ password }) => ({ password })),
  valueRule('pgadmin-servers', 'servers', 'at least one',
    'pgAdmin would know no cluster.',
    ({ servers }) => servers, list => list.length > 0),
  {
    id: 'pgadmin-server',
    property: 'servers',
    allowed: 'one-line texts that are not empty',
    why: 'pgAdmin imports no server at all when one has no name, no user or no database.',
    find: ({ servers }) => servers.flatMap(({ name, database, user }, index) => Object.entries({ name, database, user })
      .filter(([, value]) => !isText(value)).map(([key, received]) => ({ property: `servers[${index}].${key}`, received }))),
  },
  {
    id: 'pgadmin-server-address',
    property: 'servers',
    allowed: `clusters whose endpoints have ${HOST_SYNTAX} and a port`,
    why: 'Nobody could connect.',
    find: ({ servers }) => servers.flatMap(({ host, port }, index) => isHost(host) && isWholeNumber(port, 1, 65535) ? [] : [
      { property: `servers[${index}].cluster`, received: { host, port } },
    ]),
  },
  {
    id: 'pgadmin-server-name',
    property: 'servers',
    allowed: 'a different name for each',
    why: 'Nobody could tell which database a click leads to.',
    find: ({ servers }) => servers.map(({ name }) => name)
      .map((received, index, all) => ({ property: `servers[${index}].name`, received, again: all.indexOf(received) < index }))
      .filter(({ again }) => again).map(({ property, received }) => ({ property, received })),
  },
  valueRule('pgadmin-storage-size', 'storage.size', 'more than zero, in whole kibibytes', 'The API server refuses the claim.',
    ({ storage }) => storage.size, isPositiveSize),
  valueRule('pgadmin-storage-class', 'storage.storageClassName', 'a DNS-1123 subdomain', 'The API server refuses the claim.',
    ({ storage }) => storage.storageClassName, isObjectName),
  ...resourcesRules<PgAdminSpec>('resources', ({ resources }) => resources),
  {
    id: 'pgadmin-memory-limit',
    property: 'resources.memory.limit',
    allowed: 'a limit',
    why: 'pgAdmin holds query results in memory: without a limit one query takes the memory of the node.',
    find: ({ resources }) => resources.memory?.limit === undefined ? [{ received: undefined }] : [],
  },
  ...placementRules<PgAdminSpec>(({ placement }) => placement),
  ...podRules<PgAdminSpec>(({ pod }) => pod, RESERVED_LABELS),
  valueRule('pgadmin-grace-period', 'pod.terminationGracePeriod', 'whole seconds, not negative', 'The API server refuses the pod.',
    ({ pod }) => pod.terminationGracePeriod, value => isWholeNumber(value, 0)),
  ...serviceRules<PgAdminSpec>('service', ({ service }) => [{ property: 'service', service }], RESERVED_LABELS),
  ...modelRules(CONTAINER).map((rule): Rule<PgAdminSpec> => ({ ...rule, find: spec => rule.find(podModel(spec)) })),
];
