/** When the kubelet pulls an image. */
export enum PullPolicy {
  /** When the node does not have it. */
  IF_NOT_PRESENT = 'IfNotPresent',
  /** Before each start of a container. */
  ALWAYS = 'Always',
  /** Never: it has to be on the node already. */
  NEVER = 'Never',
}
