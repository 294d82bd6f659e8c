import { render } from '../../support/render';

test('members have an account of their own, whose token nothing mounts by itself', () => {
  const rendered = render();
  expect(rendered.get('ServiceAccount', 'orders').automountServiceAccountToken).toBe(false);
  expect(rendered.pod).toMatchObject({ serviceAccountName: 'orders', automountServiceAccountToken: false });
});

test('only the database container has the token, by hand, and it expires', () => {
  const { pod, database } = render({ pod: { sidecars: [{ name: 'x', image: 'x:1' }] } });
  const mount = database.volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === '/var/run/secrets/kubernetes.io/serviceaccount');
  const { projected } = pod.volumes.find(({ name }: { name: string }) => name === mount.name);
  expect(mount.readOnly).toBe(true);
  expect(projected.sources).toEqual([
    { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
  ]);
  expect(projected.defaultMode).toBe(0o440);
});

test('annotations bind the account to the identity of a cloud', () => {
  const rendered = render({ serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/orders' } } });
  expect(rendered.get('ServiceAccount', 'orders').metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/orders' });
});

test('an existing account gets the Role of the members, and is not rendered', () => {
  const rendered = render({ serviceAccount: { existingName: 'operator' } });
  expect(rendered.pod.serviceAccountName).toBe('operator');
  expect(rendered.has('ServiceAccount', 'operator')).toBe(false);
  expect(rendered.get('RoleBinding', 'orders-endpoints').subjects).toEqual([{ kind: 'ServiceAccount', name: 'operator' }]);
});

test('the binding leaves the namespace to kubectl: the account is in that of the binding', () => {
  const { subjects, roleRef, metadata } = render().get('RoleBinding', 'orders-endpoints');
  expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'orders' }]);
  expect(roleRef).toEqual({ apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name });
});
