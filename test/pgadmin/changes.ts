/** The pairs of programs that keep the tags `@changes` of pgAdmin true; see `test/changes.test.ts`. */
import { Size } from 'cdk8s';
import { Pairs, PLACEMENT_PAIRS, POD_PAIRS, RESOURCES_PAIRS, SERVICE_PAIRS, within } from '../support/pairs';
import { chart } from '../support/render';
import { ConnectionTarget, ContainerImage, PgAdmin, PgAdminProps, PgAdminServer, PullPolicy, SpiloCluster, SslMode } from 'cdk8s-spilo';

const imported = (clusterName: string) => SpiloCluster.fromClusterAttributes(chart('shop'), 'Imported', { clusterName });
const orders = imported('orders');
const server = (options: Partial<PgAdminServer>): Partial<PgAdminProps> => ({ servers: [{ cluster: orders, ...options }] });
const login = (key: string) => ({ name: 'pgadmin-login', key });

/** Of every property of pgAdmin. */
export const PGADMIN_PAIRS: Pairs<PgAdminProps> = {
  PgAdminProps: {
    servers: [{}, { servers: [{ cluster: orders }, { cluster: imported('invoices') }] }],
    email: [{}, { email: 'root@example.org' }],
    password: [{}, { password: login('other') }],
    name: [{}, { name: 'admin' }],
    image: [{}, { image: ContainerImage.of('dpage/pgadmin4:9.16') }],
    imagePullPolicy: [{}, { imagePullPolicy: PullPolicy.ALWAYS }],
    resources: [{}, { resources: { cpu: { request: '1' }, memory: { limit: Size.gibibytes(2) } } }],
    replaceServers: [{}, { replaceServers: true }],
  },
  PgAdminServer: {
    cluster: [{}, server({ cluster: imported('invoices') })],
    target: [{}, server({ target: ConnectionTarget.REPLICAS })],
    name: [{}, server({ name: 'Shop' })],
    database: [{}, server({ database: 'shop' })],
    user: [{}, server({ user: 'shop' })],
    sslMode: [{}, server({ sslMode: SslMode.DISABLE })],
  },
  PgAdminStorageOptions: {
    size: [{}, { storage: { size: Size.gibibytes(2) } }],
    storageClassName: [{}, { storage: { storageClassName: 'fast' } }],
  },
  ...within(SERVICE_PAIRS, service => ({ service })),
  ...within(RESOURCES_PAIRS, resources => ({ resources })),
  ...within(PLACEMENT_PAIRS, placement => ({ placement })),
  ...within(POD_PAIRS, pod => ({ pod })),
};

/** A pgAdmin with these properties. */
export function pgAdmin(props: Partial<PgAdminProps>): PgAdmin {
  return new PgAdmin(chart('shop'), 'pgadmin', { email: 'dba@example.org', password: login('password'), servers: [{ cluster: orders }], ...props });
}
