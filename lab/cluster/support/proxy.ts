import { ChildProcess, spawn } from 'child_process';

/** API paths of the kinds that suites ask for again and again. */
const PATHS: { readonly [kind: string]: string } = {
  pod: 'api/v1/namespaces/{}/pods',
  pods: 'api/v1/namespaces/{}/pods',
  endpoints: 'api/v1/namespaces/{}/endpoints',
  configmap: 'api/v1/namespaces/{}/configmaps',
  service: 'api/v1/namespaces/{}/services',
  statefulset: 'apis/apps/v1/namespaces/{}/statefulsets',
  job: 'apis/batch/v1/namespaces/{}/jobs',
};

/** The path of a kind in a namespace, if it is one of those. */
export const pathOf = (kind: string, namespace: string): string | undefined => PATHS[kind]?.replace('{}', namespace);

const proxies = new Map<string, Promise<string>>();

/**
 * The address of a `kubectl proxy` for a cluster, one in each process. A look at the cluster through it costs nothing; a kubectl
 * for each look would take the processors from the databases whose pauses are measured.
 */
export function proxyOf(env: NodeJS.ProcessEnv): Promise<string> {
  const cluster = env.KUBECONFIG ?? '';
  if (!proxies.has(cluster)) { proxies.set(cluster, start(env)); }
  return proxies.get(cluster)!;
}

function start(env: NodeJS.ProcessEnv): Promise<string> {
  // However this process ends, its end of the pipe closes, and the shell ends the proxy.
  const script = "kubectl proxy --port=0 '--accept-hosts=^127.0.0.1$' & read -r; kill $!";
  const child: ChildProcess = spawn('bash', ['-c', script], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => reject(new Error('kubectl proxy has ended')));
    child.stdout!.on('data', text => {
      const port = /:(\d+)\s*$/.exec(String(text).trim())?.[1];
      if (!port) { return; }
      child.unref(); // it does not keep this process
      for (const pipe of [child.stdin, child.stdout] as any[]) { pipe.unref?.(); }
      resolve(`http://127.0.0.1:${port}`);
    });
  });
}

/** GETs JSON through the proxy; undefined when there is no such object. */
export async function fetchJson(env: NodeJS.ProcessEnv, path: string, seconds = 10): Promise<any | undefined> {
  const answer = await fetch(`${await proxyOf(env)}/${path.replace(/^\//, '')}`, { signal: AbortSignal.timeout(seconds * 1000) });
  if (answer.status === 404) { return undefined; }
  const text = await answer.text();
  if (!answer.ok) { throw new Error(`GET ${path}: ${answer.status} ${text.slice(0, 300)}`); }
  return JSON.parse(text);
}
