import { App, Chart, Duration } from 'cdk8s';
import { PatroniConfigFollower, SpiloCluster } from 'cdk8s-spilo';

const app = new App();
const chart = new Chart(app, 'proxy-follower', { namespace: 'spilo' });

// The cluster of the how-to, which another program renders.
const cluster = SpiloCluster.fromClusterAttributes(chart, 'zalandodemo01', { clusterName: 'zalandodemo01' });

// nginx instead of HAProxy or PgBouncer: any proxy will do that reads a file. Names of variables are pc4patroni's.
const template = `
pid /tmp/nginx.pid;
error_log /dev/stderr notice;
worker_processes 2;
worker_shutdown_timeout 60s;
events { worker_connections 2048; }
stream {
  server { listen 5000; proxy_connect_timeout 4s; proxy_timeout 4h; proxy_pass {{master.hostname}}:{{master.port}}; }
  upstream readers {
{{#readers}}
    server {{hostname}}:{{port}};
{{/readers}}
  }
  server { listen 5001; proxy_connect_timeout 4s; proxy_timeout 4h; proxy_pass readers; }
}
`;

new PatroniConfigFollower(chart, 'proxy', {
  cluster,
  name: 'zalandodemo01-nginx',
  proxy: {
    name: 'nginx',
    image: 'docker.io/library/nginx:1.28.0',
    command: ['nginx', '-c', '/run/proxy/nginx.conf', '-g', 'daemon off;'],
  },
  uid: 101,
  files: [{ template: template.trimStart(), destination: '/run/proxy/nginx.conf' }],
  ports: [{ name: 'rw', containerPort: 5000 }, { name: 'ro', containerPort: 5001 }],
  reloadSignal: { process: 'nginx' },
  interval: Duration.seconds(1),
});

app.synth();
