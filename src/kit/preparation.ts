import { ImagePullPolicy, k8s } from 'cdk8s-plus-27';
import { smallResources } from './small-resources';
import { FeatureContext } from '../kernel/feature';

/** A container of the members' own image that prepares a volume with a few lines of shell and ends. */
export function preparation(
  { image, props }: FeatureContext, name: string, mount: k8s.VolumeMount, script: string, ...args: string[]
): k8s.Container {
  return {
    name,
    image: image.reference,
    imagePullPolicy: props.imagePullPolicy ?? ImagePullPolicy.IF_NOT_PRESENT,
    command: ['/bin/sh', '-c', script, 'sh', ...args],
    volumeMounts: [mount],
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    resources: smallResources(),
  };
}
