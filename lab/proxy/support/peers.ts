import { PodManifest } from './manifests';

/** Patroni's own sample, `haproxy.cfg` in its repository, with the addresses of these members. */
const PATRONI_SAMPLE = `global
    maxconn 100

defaults
    log global
    mode tcp
    retries 2
    timeout client 30m
    timeout connect 4s
    timeout server 30m
    timeout check 5s

listen batman
    bind *:5000
    option httpchk
    http-check expect status 200
    default-server inter 3s fall 3 rise 2 on-marked-down shutdown-sessions
${[0, 1, 2].map(n => `    server postgresql_10.77.0.1${n}_5432 10.77.0.1${n}:5432 maxconn 100 check port 8008`).join('\n')}
`;

/** What the pooler image of Zalando's operator makes of its defaults (\`pgbouncer.ini.tmpl\`), for two pods. It has authorities. */
const OPERATOR_POOLER = `[databases]
* = host=orders.shop.svc port=5432 auth_user=pooler
[pgbouncer]
pool_mode = transaction
listen_port = 5432
listen_addr = *
auth_type = scram-sha-256
auth_file = /run/pgbouncer/userlist.txt
auth_dbname = postgres
admin_users = pooler
auth_query = SELECT * FROM pooler.user_lookup($1)
unix_socket_dir =
server_tls_sslmode = require
client_tls_sslmode = require
client_tls_key_file = /run/pgbouncer/tls.key
client_tls_cert_file = /run/pgbouncer/tls.crt
client_tls_ca_file = /run/pgbouncer/tls.crt
log_connections = 0
log_disconnections = 0
max_prepared_statements = 200
default_pool_size = 15
min_pool_size = 7
reserve_pool_size = 7
max_client_conn = 10000
max_db_connections = 30
idle_transaction_timeout = 600
server_login_retry = 5
ignore_startup_parameters = extra_float_digits,options
`;

/** Another HAProxy configuration in the pod of ours. */
export function patroniSample(ours: PodManifest): PodManifest {
  const [[name]] = Object.entries(ours.configMaps);
  const spec = structuredClone(ours.spec);
  spec.containers[0].readinessProbe = { tcpSocket: { port: 5000 }, initialDelaySeconds: 8 };
  return { ...ours, spec, configMaps: { [name]: { 'haproxy.cfg': PATRONI_SAMPLE } } };
}

/** Another PgBouncer configuration in the pod of ours that goes through the Service. */
export function operatorPooler(ours: PodManifest): PodManifest {
  const [[name, files]] = Object.entries(ours.configMaps);
  return { ...ours, configMaps: { [name]: { ...files, 'pgbouncer.ini': OPERATOR_POOLER } } };
}
