import { Manifest } from '../contribution';
import { ClusterModel, inApplyOrder } from '../model';
import { role, roleBinding } from './rbac';
import { statefulSet } from './stateful-set';

/** All objects of a cluster, in apply order: those of its features, and those that are made of all features together. */
export function render(model: ClusterModel): Manifest[] {
  return inApplyOrder([role(model), roleBinding(model), ...model.objects, statefulSet(model)]);
}
