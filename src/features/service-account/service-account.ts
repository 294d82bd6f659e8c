import { ServiceAccountSpec } from './spec';
import { onlyDefined } from '../../kernel/data';

/**
 * The ServiceAccount of the members.
 */
export interface ServiceAccountOptions {
  /**
   * Name of a ServiceAccount that exists already; it gets the members' Role. None is made then.
   *
   * @default - a ServiceAccount named as the cluster is made
   * @changes rollout
   */
  readonly existingName?: string;

  /**
   * Annotations of the ServiceAccount: clouds bind their identities by them.
   *
   * @default - none
   * @changes at-once
   */
  readonly annotations?: { [key: string]: string };
}

/** The account with its default. */
export function settleServiceAccount(options: ServiceAccountOptions | undefined, { name }: { readonly name: string }): ServiceAccountSpec {
  const { existingName, annotations } = options ?? {};
  return onlyDefined({ name: existingName ?? name, exists: existingName !== undefined, annotations: annotations && { ...annotations } });
}
