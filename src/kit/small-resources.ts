import { k8s } from 'cdk8s-plus-27';

/** Resources of a container that only helps. */
export function smallResources(): k8s.ResourceRequirements {
  return {
    requests: { cpu: k8s.Quantity.fromString('10m'), memory: k8s.Quantity.fromString('32Mi') },
    limits: { memory: k8s.Quantity.fromString('128Mi') },
  };
}
