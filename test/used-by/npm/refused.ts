/** What a user cannot write: each of these lines must be an error. It is only type-checked. */
import { Dcs } from 'cdk8s-spilo';

// @ts-expect-error: what has no public members still takes only its own instances
export const text: Dcs = 'endpoints';

// @ts-expect-error: how a choice is kept is no business of users
export const data = Dcs.endpoints()._data;

// @ts-expect-error: only the index can be imported
export const rules = import('cdk8s-spilo/lib/kernel/rule');
