import { imageOf, PgAdminContext, resourcesOf, settle, sizeOf } from './context';
import { resourcesRules } from '../features/resources/resources';
import { isPositive, quantity } from '../kernel/quantity';
import { Rule, valueRule } from '../kernel/rule';
import { isObjectName, isOneLine, isSecretKey } from '../kernel/syntax';
import { serviceRules } from '../kit/service-options';
import { DNS_1035, MAX_DNS_LABEL } from '../spilo/names';

/** The first release that runs a Python without file capability where capabilities are dropped. */
const LEAST_VERSION = [9, 16];

const isText = (value: unknown) => isOneLine(value) && value.trim() !== '';

const EMAIL = /^[\w%+-]+(\.[\w%+-]+)*@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z]{2,})$/;
/** Domains that `email-validator`, the library that pgAdmin asks, refuses as undeliverable. */
const UNDELIVERABLE = ['arpa', 'invalid', 'local', 'localhost', 'onion', 'test'];

function isEmail(email: string): boolean {
  const topLevel = EMAIL.exec(email)?.pop();
  return topLevel !== undefined && !UNDELIVERABLE.includes(topLevel.toLowerCase());
}

/** A digest and the name of somebody's own image say nothing about the version inside. */
function isImage(image: string): boolean {
  if (!/^\S+(:\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/.test(image) || image.endsWith(':latest')) { return false; }
  const [, version] = /(?:^|\/)pgadmin4:([\d.]+)$/.exec(image) ?? [];
  const [major, minor] = (version ?? '').split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  return version === undefined || major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Checks of `PgAdminProps`. */
export const PGADMIN_RULES: readonly Rule<PgAdminContext>[] = [
  valueRule('pgadmin-name', 'name', `1 to ${MAX_DNS_LABEL} of a-z 0-9 -, beginning with a letter and not ending with -`,
    'The API server refuses the Service.',
    ({ name }) => name, name => DNS_1035.test(name) && name.length <= MAX_DNS_LABEL),
  valueRule('pgadmin-image', 'image', `a name with a digest or a tag that does not move; pgAdmin ${LEAST_VERSION.join('.')} or newer`,
    'Python in older images carries a file capability: a container without capabilities cannot run it (Operation not permitted).',
    imageOf, isImage),
  valueRule('pgadmin-email', 'email', `an address such as admin@example.org; not in ${UNDELIVERABLE.map(domain => `.${domain}`).join(', ')}`,
    'pgAdmin checks the address at its first start and ends: the pod starts again forever.',
    ({ props }) => props.email, isEmail),
  valueRule('pgadmin-password-key', 'password.key', '1 to 253 of A-Z a-z 0-9 - _ .',
    'No Secret can have such a key: the pod waits for it forever.',
    ({ props }) => props.password.key, isSecretKey),
  valueRule('pgadmin-servers', 'servers', 'at least one',
    'pgAdmin would know no cluster.',
    ({ props }) => props.servers, list => list.length > 0),
  {
    id: 'pgadmin-server',
    property: 'servers',
    allowed: 'one-line texts that are not empty',
    why: 'pgAdmin imports no server at all when one has no name, no user or no database.',
    find: ({ props }) => props.servers.flatMap((server, index) => {
      const { name, database, user } = settle(server);
      return Object.entries({ name, database, user }).filter(([, value]) => !isText(value))
        .map(([key, received]) => ({ property: `servers[${index}].${key}`, received }));
    }),
  },
  {
    id: 'pgadmin-server-name',
    property: 'servers',
    allowed: 'a different name for each',
    why: 'Nobody could tell which database a click leads to.',
    find: ({ props }) => props.servers.map(server => settle(server).name)
      .map((received, index, all) => ({ property: `servers[${index}].name`, received, again: all.indexOf(received) < index }))
      .filter(({ again }) => again).map(({ property, received }) => ({ property, received })),
  },
  valueRule('pgadmin-storage-size', 'storage.size', 'more than zero, in whole kibibytes', 'The API server refuses the claim.',
    context => quantity(sizeOf(context)), (_, context) => isPositive(sizeOf(context))),
  valueRule('pgadmin-storage-class', 'storage.storageClassName', 'a DNS-1123 subdomain', 'The API server refuses the claim.',
    ({ props }) => props.storage?.storageClassName, isObjectName),
  ...resourcesRules(resourcesOf),
  {
    id: 'pgadmin-memory-limit',
    property: 'resources.memory.limit',
    allowed: 'a limit',
    why: 'pgAdmin holds query results in memory: without a limit one query takes the memory of the node.',
    find: context => resourcesOf(context).memory?.limit === undefined ? [{ received: undefined }] : [],
  },
  ...serviceRules<PgAdminContext>('service', ({ props }) => [{ property: 'service', options: props.service ?? {} }]),
];
