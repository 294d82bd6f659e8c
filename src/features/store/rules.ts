import { encryptionKeys } from './encryption';
import { storesInUse } from './in-use';
import { StoreInUse } from './kind';
import { kindOf, KINDS } from './kinds';
import { pathText } from './prefix';
import { isStorePath, PATH_SYNTAX } from './syntax';
import { Rule, valueRule } from '../../kernel/rule';
import { isWholeNumber } from '../../kernel/syntax';
import { secretKeyRule, SecretKeySpec } from '../../kit/secret-key';
import { ClusterSpec } from '../../spilo/spec';

const below = (path: string, keys: { readonly [property: string]: SecretKeySpec | undefined }) =>
  Object.fromEntries(Object.entries(keys).map(([property, key]) => [`${path}.${property}`, key]));

/** The rules of each kind, for stores of that kind only. */
const ofKinds = Object.entries(KINDS).flatMap(([kind, { rules }]) => (rules as readonly Rule<StoreInUse>[]).map(rule => ({
  ...rule, find: (use: StoreInUse) => use.store.kind === kind ? rule.find(use) : [],
})));

const ofAll: readonly Rule<StoreInUse>[] = [
  valueRule('backup-prefix', 'store.prefix', PATH_SYNTAX, 'The envdir holds one line, and stores and tools read other characters differently.',
    ({ store }) => store.kind === 'volume' ? undefined : pathText(store.path), isStorePath),
  valueRule('backup-prefix-version', 'store.prefix.postgresVersion', 'a major version of PostgreSQL, such as 17', 'No server ever wrote there.',
    ({ store }) => store.kind === 'volume' ? undefined : store.path.writtenVersion, version => isWholeNumber(version, 1, 99)),
  secretKeyRule('backup-store-key', 'store', ({ store }) => below('store', kindOf(store).secretKeys(store))),
  secretKeyRule('backup-encryption-key', 'encryption', ({ encryption }) => encryption ? below('encryption', encryptionKeys(encryption)) : {}),
];

/** The same rules for every store of a cluster, each below its own property. The documentation names them by that of backups. */
export const storeRules: readonly Rule<ClusterSpec>[] = [...ofKinds, ...ofAll].map(rule => ({
  ...rule,
  property: `backup.${rule.property}`,
  find: spec => storesInUse(spec).flatMap(use =>
    rule.find(use).map(finding => ({ ...finding, property: `${use.property}.${finding.property ?? rule.property}` }))),
}));
