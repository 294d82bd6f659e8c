import { render } from '../../support/render';
import { Tls, TlsOptions } from 'cdk8s-spilo';

const withTls = (options?: TlsOptions) => render({ tls: Tls.fromSecret('orders-tls', options) });

test('without a Secret Spilo signs by itself: no variable and no volume', () => {
  expect(Object.keys(render().env).filter(name => name.startsWith('SSL_'))).toEqual([]);
  expect(render().pod.volumes.map(({ name }: { name: string }) => name)).not.toContain('tls');
});

test('a Secret of cert-manager is mounted, and its files are named to Spilo', () => {
  const { env, pod, database } = withTls();
  expect(env).toMatchObject({ SSL_CERTIFICATE_FILE: '/tls/tls.crt', SSL_PRIVATE_KEY_FILE: '/tls/tls.key' });
  expect(pod.volumes).toContainEqual({ name: 'tls', secret: { secretName: 'orders-tls', defaultMode: 0o440 } });
  expect(database.volumeMounts).toContainEqual({ name: 'tls', mountPath: '/tls', readOnly: true });
});

test('others than the group of postgres cannot read the key: PostgreSQL would refuse it', () => {
  const { pod } = withTls();
  const { secret } = pod.volumes.find(({ name }: { name: string }) => name === 'tls');
  expect([secret.defaultMode % 8, pod.securityContext.fsGroup]).toEqual([0, 103]);
});

test('an authority for certificates of clients is named only where it is given', () => {
  expect(withTls().env).not.toHaveProperty('SSL_CA_FILE');
  expect(withTls({ caEntry: 'ca.crt' }).env.SSL_CA_FILE).toBe('/tls/ca.crt');
});

test('keys may have other names', () => {
  expect(withTls({ certificateEntry: 'server.pem', privateKeyEntry: 'server.key' }).env)
    .toMatchObject({ SSL_CERTIFICATE_FILE: '/tls/server.pem', SSL_PRIVATE_KEY_FILE: '/tls/server.key' });
});
