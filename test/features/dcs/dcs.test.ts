import { render } from '../../support/render';
import { Dcs } from 'cdk8s-spilo';

const onConfigMaps = render({ patroni: { dcs: Dcs.configMaps() } });
const onEndpoints = render();
const MEMBERS = { 'application': 'spilo', 'spilo-cluster': 'orders' };
/** What the members may do. */
const rulesOf = (rendered: typeof onEndpoints) =>
  rendered.get('Role', rendered.all('RoleBinding').find(({ subjects }) => subjects[0].name === 'orders')!.roleRef.name).rules;

test('Endpoints are the default', () => {
  expect(render({ patroni: { dcs: Dcs.endpoints() } }).yaml).toBe(onEndpoints.yaml);
});

describe('on Endpoints', () => {
  test('Patroni is told so by the absence of KUBERNETES_USE_CONFIGMAPS, since any value means true', () => {
    expect(onEndpoints.env).toMatchObject({ DCS_ENABLE_KUBERNETES_API: 'true' });
    expect(onEndpoints.env).not.toHaveProperty('KUBERNETES_USE_CONFIGMAPS');
  });

  test('the Service of the leader has no selector: Kubernetes leaves its Endpoints to Patroni', () => {
    expect(onEndpoints.get('Service', 'orders').spec).not.toHaveProperty('selector');
  });

  test('the Endpoints have no subsets, also no empty ones: each apply would take the leader\'s address away', () => {
    expect(Object.keys(onEndpoints.get('Endpoints'))).toEqual(['apiVersion', 'kind', 'metadata']);
  });

  test('a headless Service without selector and ports keeps each of Patroni\'s other Endpoints', () => {
    for (const name of ['orders-config', 'orders-sync', 'orders-failover']) { expect(onEndpoints.get('Service', name).spec).toEqual({ clusterIP: 'None' }); }
  });

  test('members may write Endpoints, and no ConfigMaps', () => {
    expect(rulesOf(onEndpoints)).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'patch'] },
      { apiGroups: [''], resources: ['endpoints'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
    ]);
  });
});

describe('on ConfigMaps', () => {
  test('Patroni is told so', () => {
    expect(onConfigMaps.env).toMatchObject({ DCS_ENABLE_KUBERNETES_API: 'true', KUBERNETES_USE_CONFIGMAPS: 'true' });
  });

  test('the Service of the leader selects by the role that Patroni labels the leader with', () => {
    expect(onConfigMaps.get('Service', 'orders').spec.selector).toEqual({ ...MEMBERS, role: 'master' });
    expect(onConfigMaps.env).toMatchObject({ KUBERNETES_ROLE_LABEL: 'role', KUBERNETES_LEADER_LABEL_VALUE: 'master' });
  });

  test('there are no Endpoints, and no Services that would keep them', () => {
    expect(onConfigMaps.all('Endpoints')).toEqual([]);
    expect(onConfigMaps.all('Service').map(({ metadata }) => metadata.name)).toEqual(['orders', 'orders-pods', 'orders-repl']);
  });

  test('members may write ConfigMaps, and no Endpoints', () => {
    expect(rulesOf(onConfigMaps)).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch', 'patch'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
    ]);
  });
});

describe.each([['Endpoints', onEndpoints], ['ConfigMaps', onConfigMaps]])('on %s', (_, rendered) => {
  test('all labels are said, although some are defaults: the defaults differ between versions of Spilo', () => {
    expect(rendered.env).toMatchObject({
      SCOPE: 'orders',
      KUBERNETES_LABELS: '{"application":"spilo"}',
      KUBERNETES_SCOPE_LABEL: 'spilo-cluster',
      KUBERNETES_ROLE_LABEL: 'role',
      KUBERNETES_LEADER_LABEL_VALUE: 'master',
      KUBERNETES_STANDBY_LEADER_LABEL_VALUE: 'master',
    });
  });

  test('the headless Service names all members, also those that are not ready', () => {
    expect(rendered.get('Service', 'orders-pods').spec).toEqual({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: MEMBERS,
      ports: [
        { name: 'postgresql', port: 5432, targetPort: 5432, protocol: 'TCP' },
        { name: 'patroni', port: 8008, targetPort: 8008, protocol: 'TCP' },
      ],
    });
    expect(rendered.statefulSet.serviceName).toBe('orders-pods');
  });

  test('the Service of the replicas selects by role', () => {
    expect(rendered.get('Service', 'orders-repl').spec.selector).toEqual({ ...MEMBERS, role: 'replica' });
  });

  test('every Service calls PostgreSQL\'s port as Spilo does', () => {
    const names = rendered.all('Service').flatMap(({ spec }) => spec.ports ?? []).filter(({ port }: any) => port === 5432).map(({ name }: any) => name);
    expect(new Set(names)).toEqual(new Set(['postgresql']));
  });
});

describe('a change of the store of a running cluster', () => {
  test('is refused by Kubernetes, since the store stands in the claim template too', () => {
    const [before, after] = [onEndpoints, onConfigMaps].map(({ statefulSet }) => statefulSet.volumeClaimTemplates);
    expect(before).not.toEqual(after);
  });

  test('takes no right from members that still run on the old one: each store has a Role of its own name', () => {
    const names = (rendered: typeof onEndpoints) => rendered.all('Role').map(({ metadata }) => metadata.name);
    expect(names(onEndpoints)).toContain('orders-endpoints');
    expect(names(onConfigMaps)).toContain('orders-configmaps');
  });
});

describe('bypassApiService', () => {
  const bypassing = render({ patroni: { bypassApiService: true } });

  test('is off, so that no Role in the namespace default is needed', () => {
    expect(onEndpoints.env.KUBERNETES_BYPASS_API_SERVICE).toBe('false');
    expect(onEndpoints.objects.filter(({ metadata }) => metadata.namespace === 'default')).toEqual([]);
  });

  test('lets members read the addresses of the API servers, and nothing else there', () => {
    const [role, binding] = bypassing.objects.filter(({ metadata }) => metadata.namespace === 'default');
    expect(bypassing.env.KUBERNETES_BYPASS_API_SERVICE).toBe('true');
    expect(role.rules).toEqual([{ apiGroups: [''], resources: ['endpoints'], resourceNames: ['kubernetes'], verbs: ['get'] }]);
    expect(binding.roleRef.name).toBe(role.metadata.name);
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'orders', namespace: 'shop' }]);
  });

  test('has a Role whose name no cluster of another namespace has', () => {
    const [role] = bypassing.objects.filter(({ metadata }) => metadata.namespace === 'default');
    expect(role.metadata.name).toContain('shop');
  });
});
