import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Gate } from './gate';
import { freePort, start, succeed, until } from './run';
import { AZURITE, SSHD, USER, USER_NAME, VENV } from './tools';
import { World } from './world';

const PATH = { PATH: process.env.PATH };

/** S3: moto, with an empty bucket `backups` and one user who may use it. */
export async function s3(world: World): Promise<{
  endpoint: string; gate: Gate; keys: { [key: string]: string }; check: (signatures: boolean) => Promise<unknown>;
}> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  start([join(VENV, 'moto_server'), '-H', '127.0.0.1', '-p', String(port)], PATH, join(world.directory('s3'), 'log'));
  await until('moto answers', async () => succeed(['curl', '-fsS', `${endpoint}/moto-api/`], PATH).then(() => true));
  const keys = JSON.parse(await succeed([join(VENV, 'python3'), '-c', CREATE_USER, endpoint], PATH));
  // How many calls are not checked. By default none is, because moto takes the signature of a list for a wrong one.
  const check = (signatures: boolean) =>
    succeed(['curl', '-fsS', '-X', 'POST', '-H', 'Content-Type: text/plain', '-d', signatures ? '0' : 'inf', `${endpoint}/moto-api/reset-auth`], PATH);
  const gate = await Gate.to(port);
  return { endpoint: `http://127.0.0.1:${gate.port}`, gate, keys, check };
}

const CREATE_USER = `
import boto3, json, sys
options = dict(endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='any', aws_secret_access_key='any')
boto3.client('s3', **options).create_bucket(Bucket='backups')
iam = boto3.client('iam', **options)
iam.create_user(UserName='wal-g')
everything = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}]}
iam.put_user_policy(UserName='wal-g', PolicyName='backups', PolicyDocument=json.dumps(everything))
key = iam.create_access_key(UserName='wal-g')['AccessKey']
print(json.dumps({'AWS_ACCESS_KEY_ID': key['AccessKeyId'], 'AWS_SECRET_ACCESS_KEY': key['SecretAccessKey']}))
`;

/** Azure: Azurite on loopback with a certificate of its own, and an empty container `backups`. */
export async function azure(world: World): Promise<{ suffix: string; gate: Gate; ca: string; accessKey: string }> {
  const port = await freePort();
  const folder = world.directory('azure');
  // wal-g says https://ACCOUNT.blob.SUFFIX: the name has to lead to loopback.
  resolve('devstoreaccount1.blob.localhost');
  await succeed(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=azurite', '-addext',
    'subjectAltName=DNS:devstoreaccount1.blob.localhost,DNS:localhost,IP:127.0.0.1', '-keyout', `${folder}/key.pem`, '-out', `${folder}/ca.pem`], PATH);
  start([AZURITE, '--silent', '--disableTelemetry', '--skipApiVersionCheck', '--location', folder, '--blobHost', '127.0.0.1', '--blobPort', String(port),
    '--cert', `${folder}/ca.pem`, '--key', `${folder}/key.pem`, '--oauth', 'basic'], { ...PATH, HOME: folder }, join(folder, 'log'));
  const accessKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
  const script = join(folder, 'create.py');
  writeFileSync(script, CREATE_CONTAINER);
  await until('Azurite answers', async () => succeed([join(VENV, 'python3'), script, `https://127.0.0.1:${port}`, accessKey], PATH).then(() => true));
  const gate = await Gate.to(port);
  return { suffix: `localhost:${gate.port}`, gate, ca: `${folder}/ca.pem`, accessKey };
}

/** Some systems know that names below localhost are loopback; the others have to be told, for which one must be root. */
function resolve(name: string): void {
  if (spawnSync('getent', ['hosts', name]).status !== 0) { appendFileSync('/etc/hosts', `127.0.0.1 ${name}\n`); }
}

/** Makes the container by Azure's REST protocol, signed with the account's key; there is no tool for one request. */
const CREATE_CONTAINER = `
import base64, hashlib, hmac, ssl, sys, urllib.request, email.utils
url, key = sys.argv[1:]
date = email.utils.formatdate(usegmt=True)
text = 'PUT' + chr(10) * 12 + f'x-ms-date:{date}' + chr(10) + 'x-ms-version:2021-08-06' + chr(10) + '/devstoreaccount1/devstoreaccount1/backups' + chr(10) + 'restype:container'
signature = base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()
request = urllib.request.Request(url + '/devstoreaccount1/backups?restype=container', method='PUT', headers={
    'x-ms-date': date, 'x-ms-version': '2021-08-06', 'Authorization': f'SharedKey devstoreaccount1:{signature}'})
urllib.request.urlopen(request, context=ssl._create_unverified_context())
`;

/** SFTP: OpenSSH on loopback as the user of PostgreSQL, with one key and an empty directory. */
export async function ssh(world: World): Promise<{
  port: number; gate: Gate; user: string; directory: string; privateKey: string; strangersKey: string;
}> {
  const port = await freePort();
  const folder = world.directory('ssh');
  const directory = world.directory('ssh/backups');
  for (const name of ['host', 'client', 'stranger']) { await succeed(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', `${folder}/${name}`], PATH); }
  writeFileSync(`${folder}/sshd_config`, [
    `Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${folder}/host`, `AuthorizedKeysFile ${folder}/client.pub`, 'StrictModes no', 'UsePAM no',
    'PasswordAuthentication no', `PidFile ${folder}/pid`, 'Subsystem sftp internal-sftp', '',
  ].join('\n'));
  start([SSHD, '-D', '-e', '-f', `${folder}/sshd_config`], PATH, join(folder, 'log'), USER);
  const gate = await Gate.to(port);
  return { port: gate.port, gate, user: USER_NAME, directory, privateKey: readFileSync(`${folder}/client`, 'utf8'), strangersKey: readFileSync(`${folder}/stranger`, 'utf8') };
}
