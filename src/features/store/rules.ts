import { StoreUse } from './access';
import { azureStoreRules } from './azure';
import { BackupEncryption } from './encryption';
import { gcsStoreRules } from './gcs';
import { s3StoreRules } from './s3';
import { sshStoreRules } from './ssh';
import { volumeStoreRules } from './volume';
import { Rule } from '../../kernel/rule';
import { isSecretKey } from '../../kernel/syntax';

function badKeys({ _key, _passphrase }: BackupEncryption): string[] {
  return [_key, ...(_passphrase ? [_passphrase] : [])].map(value => value?.key).filter(key => !isSecretKey(key));
}

/** Checks of every store in use, and of what it is encrypted with. */
export const STORE_RULES: readonly Rule<StoreUse>[] = [
  ...volumeStoreRules,
  ...s3StoreRules,
  ...gcsStoreRules,
  ...azureStoreRules,
  ...sshStoreRules,
  {
    id: 'backup-encryption-key',
    property: 'backup.encryption',
    allowed: 'keys of Secrets, each 1 to 253 of A-Z a-z 0-9 - _ .',
    why: 'The pods wait forever for a key that no Secret can have.',
    find: ({ encryption, place }) => encryption && badKeys(encryption).length > 0
      ? [{ property: `${place.property}.encryption`, received: badKeys(encryption).join(', ') }] : [],
  },
];
