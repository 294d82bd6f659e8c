/**
 * What the scanners find in the examples and why it stays. Anything else that they find fails the suite, and so does an
 * entry here that they no longer find.
 */
export const CHECKOV: { readonly [id: string]: string } = {
  CKV2_K8S_6: 'a NetworkPolicy needs the names of the clients, which only the user knows; docs/operations.md has one to copy',
  CKV_K8S_11: 'a CPU limit throttles Patroni in its loop, which costs the lock; it can be set',
  CKV_K8S_15: 'pulling an image of a gigabyte at each start makes a failover depend on the registry; it can be set',
  CKV_K8S_21: 'a namespace is the choice of the app: the examples without one are applied with `kubectl -n`',
  CKV_K8S_22: 'Spilo before 4.0 writes to its root; the image catalogue says which can do without',
  CKV_K8S_35: 'Spilo reads its passwords from variables only',
  CKV_K8S_40: 'postgres is 101:103 in the Spilo image, and files on volumes belong to it; likewise nginx, HAProxy and pgAdmin in theirs',
  CKV_K8S_43: 'a digest hides from the reader which Spilo it is; SpiloImage.of() takes one',
  CKV_K8S_8: 'a helper that only writes a file has no port to probe; it ends with its Pod',
  CKV_K8S_9: 'a helper that only writes a file has no port to probe; the container that serves has its probe',
};

/** By the id of the check: its critical and its other findings. */
export const KUBE_SCORE: { readonly [id: string]: string } = {
  'container-ephemeral-storage-request-and-limit': 'nothing writes to the container layer; logs and data are on volumes. It can be set',
  'container-image-pull-policy': 'see CKV_K8S_15',
  'container-resources': 'only the CPU limit is missing: see CKV_K8S_11',
  'container-security-context-readonlyrootfilesystem': 'see CKV_K8S_22',
  'container-security-context-user-group-id': 'see CKV_K8S_40',
  'cronjob-has-deadline': 'a drill that was late is better than none',
  'deployment-replicas': 'pgAdmin keeps sessions in memory: there is one',
  'deployment-strategy': 'pgAdmin has one volume that one Pod mounts: Recreate',
  'pod-networkpolicy': 'see CKV2_K8S_6',
  'pod-probes-identical': 'the proxies have one cheap endpoint that says that the process serves',
  'service-targets-pod': 'the Pods get the label `role` from Patroni, when they run',
  'service-type': 'the example shows how clients outside the cluster get in',
};
