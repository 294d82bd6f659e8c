import { TemplateEngine } from './files';
import { HEALTH_PORT } from './following';
import { followerWorkload, objectNames, portService } from './pod';
import { OUTPUT_MOUNT } from './settle';
import { FollowedPortSpec, FollowerSpec } from './spec';
import { mustacheError } from './template';
import { kibibytes } from '../../kernel/quantity';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { DNS_1123, HOST_SYNTAX, IMAGE_SYNTAX, isHost, isImage, isOneLine, isWholeNumber, MAX_DNS_LABEL } from '../../kernel/syntax';
import { textOrKind, wrongTypes } from '../../kit/kubernetes-types';
import { serviceRules } from '../../kit/service-options';
import { patroniTlsRules } from '../common/patroni-tls';
import { PROXY_LABELS, proxyRules, workloadRules } from '../common/rules';

const SIGNALS = ['HUP', 'USR1', 'USR2', 'TERM', 'INT', 'QUIT'];

/** Only Mustache is judged here: what is wrong with a Jinja2 template, Python alone can say. */
function badTemplates({ templates, following: { engine } }: FollowerSpec): Finding[] {
  if (engine === TemplateEngine.JINJA2) { return []; }
  return templates.flatMap(({ template }, index) => {
    const error = mustacheError(template);
    return error === undefined ? [] : [{ property: `files[${index}].template`, received: error }];
  });
}

function isPort({ name, containerPort, port }: FollowedPortSpec): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(name) && /[a-z]/.test(name)
    && isWholeNumber(containerPort, 1024, 65535) && containerPort !== HEALTH_PORT && isWholeNumber(port, 1, 65535);
}

/** Checks of a proxy with a follower. */
export const FOLLOWER_RULES: readonly Rule<FollowerSpec>[] = [
  ...proxyRules<FollowerSpec>('Proxies keep buffers for every connection: without a limit many clients take the memory of the node.', objectNames),
  {
    id: 'follower-template',
    property: 'files',
    allowed: 'Mustache templates that parse',
    why: 'The pod would wait for its first configuration forever.',
    find: badTemplates,
  },
  valueRule('follower-files', 'files', 'at least one, each with another destination', 'There is nothing to follow with, or one file replaces the other.',
    ({ templates }) => templates.map(({ destination }) => destination), paths => paths.length > 0 && new Set(paths).size === paths.length),
  {
    id: 'follower-destination',
    property: 'files',
    allowed: `paths of a file right below ${OUTPUT_MOUNT}`,
    why: 'Nothing else is shared with the proxy and writable.',
    find: ({ templates }) => templates.map(({ destination }, index) => ({ property: `files[${index}].destination`, received: destination }))
      .filter(({ received }) => !new RegExp(`^${OUTPUT_MOUNT}/[\\w-][\\w.-]*$`).test(received)),
  },
  {
    id: 'follower-cluster',
    property: 'furtherClusters',
    allowed: `clusters whose Services and namespaces make ${HOST_SYNTAX}, with Patroni's port`,
    why: 'The follower would ask nobody.',
    find: ({ following: { clusters } }) => clusters.slice(1)
      .map((received, index) => ({ property: `furtherClusters[${index}]`, received }))
      .filter(({ received: { host, port } }) => !isHost(host) || !isWholeNumber(port, 1, 65535)),
  },
  valueRule('follower-proxy-name', 'proxy.name', 'a DNS label', 'The API server refuses the pod.',
    ({ proxy }) => textOrKind(proxy?.name) ?? null, name => typeof name === 'string' && DNS_1123.test(name) && !name.includes('.') && name.length <= MAX_DNS_LABEL),
  valueRule('follower-proxy-image', 'proxy.image', IMAGE_SYNTAX, 'The kubelet refuses the image, or pods run different versions after the next restart.',
    ({ proxy }) => textOrKind(proxy?.image) ?? '', isImage),
  {
    id: 'follower-proxy-type',
    property: 'proxy',
    allowed: 'values of the types that Kubernetes demands of a container',
    why: 'The API server refuses the pod.',
    find: ({ proxy }) => wrongTypes('Container', proxy, 'proxy').filter(({ property }) => property !== 'proxy.name'),
  },
  valueRule('follower-image', 'image', IMAGE_SYNTAX, 'The kubelet refuses the image, or pods run different versions after the next restart.',
    ({ image }) => image, isImage),
  {
    id: 'follower-ports',
    property: 'ports',
    allowed: `at least one; different names of at most 15 of a-z 0-9 -; container ports from 1024, not ${HEALTH_PORT}; Service ports from 1`,
    why: 'The API server refuses the Service, or the proxy, which is not root, cannot listen.',
    find: ({ ports }) => ports.length === 0 ? [{ received: [] }] : ports
      .filter((port, index) => !isPort(port) || ports.findIndex(({ name }) => name === port.name) < index)
      .map(({ name, containerPort, port }) => ({ received: { name, containerPort, port } })),
  },
  {
    id: 'follower-service-name',
    property: 'ports',
    allowed: `names that make with the proxy's name at most ${MAX_DNS_LABEL} characters`,
    why: 'The API server refuses the Service.',
    find: spec => spec.ports.map(({ name }) => portService(spec, name)).filter(name => name.length > MAX_DNS_LABEL).map(received => ({ received })),
  },
  valueRule('follower-signal', 'reloadSignal.signal', SIGNALS.join(', '), 'The follower could not reload the proxy.',
    ({ following }) => following.reload?.signal, signal => SIGNALS.includes(signal)),
  valueRule('follower-process', 'reloadSignal.process', 'the name of a process without slash', 'The follower would find no process and never reload.',
    ({ following }) => following.reload?.process, name => isOneLine(name) && name !== '' && !name.includes('/')),
  valueRule('follower-command', 'reloadCommand', 'a line that is not empty', 'Nothing would be run.',
    ({ following }) => following.reload?.command, command => command.trim() !== ''),
  valueRule('follower-uid', 'uid', 'a whole number, at least 1', 'The pod runs as no root: the kubelet refuses user 0.',
    ({ uid }) => uid, uid => isWholeNumber(uid, 1)),
  {
    id: 'follower-jinja-image',
    property: 'image',
    allowed: 'an image with Jinja2, with TemplateEngine.JINJA2',
    why: 'The Spilo image has no Jinja2: the pod would never start.',
    find: ({ following, image }) => following.engine === TemplateEngine.JINJA2 && image === undefined ? [{ received: undefined }] : [],
  },
  valueRule('follower-interval', 'interval', 'from half a second to ten minutes', 'Patroni would be flooded with questions, or a failover go unnoticed.',
    ({ following }) => following.interval, value => value >= 0.5 && value <= 600),
  valueRule('follower-max-lag', 'maxLag', 'whole kibibytes, not negative', 'No replica would be taken, or every one.',
    ({ maxLag }) => maxLag, value => isWholeNumber(kibibytes(value), 0)),
  ...patroniTlsRules<FollowerSpec>('', ({ following }) => following.patroniTls),
  ...serviceRules<FollowerSpec>('ports[].service', ({ ports }) => ports.map(({ service }, index) => ({ property: `ports[${index}].service`, service })), PROXY_LABELS),
  ...workloadRules<FollowerSpec>(followerWorkload, ({ proxy }) => String(proxy?.name)),
];
