import { PatroniConfigFollowerProps, TemplateEngine } from './options';
import { HEALTH_PORT } from './pod';
import { jinjaError, mustacheError } from './template';
import { kibibytes } from '../../kernel/quantity';
import { Finding, Rule, valueRule } from '../../kernel/rule';
import { isOneLine, isWholeNumber } from '../../kernel/syntax';
import { GivenService, serviceRules } from '../../kit/service-options';
import { DNS_1123 } from '../../spilo/names';
import { ProxyContext, proxyRules } from '../common/workload';
import { patroniTlsKeyRule } from '../haproxy/rules';

export type FollowerContext = ProxyContext<PatroniConfigFollowerProps>;

/** Where the follower writes and the proxy reads. */
export const OUTPUT_MOUNT = '/run/proxy';

const SIGNALS = ['HUP', 'USR1', 'USR2', 'TERM', 'INT', 'QUIT'];

const givenServices = ({ props }: FollowerContext): GivenService[] =>
  props.ports.map(({ service = {} }, index) => ({ property: `ports[${index}].service`, options: service }));

function badTemplates({ props }: FollowerContext): Finding[] {
  const errorOf = props.engine === TemplateEngine.JINJA2 ? jinjaError : mustacheError;
  return props.files.flatMap(({ template }, index) => {
    const error = errorOf(template);
    return error === undefined ? [] : [{ property: `files[${index}].template`, received: error }];
  });
}

/** Checks of `PatroniConfigFollowerProps`. */
export const FOLLOWER_RULES: readonly Rule<FollowerContext>[] = [
  ...proxyRules<PatroniConfigFollowerProps>('Proxies keep buffers for every connection: without a limit many clients take the memory of the node.'),
  {
    id: 'follower-template',
    property: 'files',
    allowed: 'templates that parse',
    why: 'The pod would wait for its first configuration forever.',
    find: badTemplates,
  },
  valueRule('follower-files', 'files', 'at least one, each with another destination', 'There is nothing to follow with, or one file replaces the other.',
    ({ props }) => props.files.map(({ destination }) => destination), paths => paths.length > 0 && new Set(paths).size === paths.length),
  {
    id: 'follower-destination',
    property: 'files',
    allowed: `paths of a file right below ${OUTPUT_MOUNT}`,
    why: 'Nothing else is shared with the proxy and writable.',
    find: ({ props }) => props.files.map(({ destination }, index) => ({ property: `files[${index}].destination`, received: destination }))
      .filter(({ received }) => !new RegExp(`^${OUTPUT_MOUNT}/[\\w-][\\w.-]*$`).test(received)),
  },
  valueRule('follower-proxy-name', 'proxy.name', 'a DNS label other than follower and first-configuration', 'The API server refuses the pod.',
    ({ props }) => props.proxy.name, name => DNS_1123.test(name) && name.length <= 63 && !['follower', 'first-configuration'].includes(name)),
  valueRule('follower-proxy-image', 'proxy.image', 'an image', 'The API server refuses the pod.',
    ({ props }) => props.proxy.image ?? '', image => /^\S+$/.test(image)),
  {
    id: 'follower-ports',
    property: 'ports',
    allowed: `at least one; different names of at most 15 of a-z 0-9 -; container ports from 1024, not ${HEALTH_PORT}; Service ports from 1`,
    why: 'The API server refuses the Service, or the proxy, which is not root, cannot listen.',
    find: ({ props }) => props.ports.length === 0 ? [{ received: [] }] : props.ports
      .filter(({ name, containerPort, port }, index, all) => !/^[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/.test(name) || !/[a-z]/.test(name)
        || all.findIndex(other => other.name === name) < index
        || !isWholeNumber(containerPort, 1024, 65535) || containerPort === HEALTH_PORT || (port !== undefined && !isWholeNumber(port, 1, 65535)))
      .map(({ name, containerPort, port }) => ({ received: { name, containerPort, port } })),
  },
  valueRule('follower-signal', 'reloadSignal.signal', SIGNALS.join(', '), 'The follower could not reload the proxy.',
    ({ props }) => props.reloadSignal?.signal, signal => SIGNALS.includes(signal)),
  valueRule('follower-process', 'reloadSignal.process', 'the name of a process without slash', 'The follower would find no process and never reload.',
    ({ props }) => props.reloadSignal?.process, name => isOneLine(name) && name !== '' && !name.includes('/')),
  valueRule('follower-command', 'reloadCommand', 'a line that is not empty', 'Nothing would be run.',
    ({ props }) => props.reloadCommand, command => command.trim() !== ''),
  valueRule('follower-uid', 'uid', 'a whole number, at least 1', 'The pod runs as no root: the kubelet refuses user 0.',
    ({ props }) => props.uid, uid => isWholeNumber(uid, 1)),
  {
    id: 'follower-jinja-image',
    property: 'followerImage',
    allowed: 'an image with Jinja2, with TemplateEngine.JINJA2',
    why: 'The Spilo image has no Jinja2: the pod would never start.',
    find: ({ props }) => props.engine === TemplateEngine.JINJA2 && props.followerImage === undefined ? [{ received: undefined }] : [],
  },
  valueRule('follower-interval', 'interval', 'from half a second to ten minutes', 'Patroni would be flooded with questions, or a failover go unnoticed.',
    ({ props }) => props.interval?.toMilliseconds(), value => value >= 500 && value <= 600000),
  valueRule('follower-max-lag', 'maxLag', 'whole kibibytes, not negative', 'No replica would be taken, or every one.',
    ({ props }) => props.maxLag && kibibytes(props.maxLag), value => isWholeNumber(value, 0)),
  patroniTlsKeyRule('patroniTls.ca.key', ({ props }) => props.patroniTls),
  valueRule('follower-patroni-tls-host', 'patroniTls.verifyHost', 'a DNS name', 'The follower would trust nobody.',
    ({ props }) => props.patroniTls?.verifyHost, host => DNS_1123.test(host)),
  ...serviceRules<FollowerContext>('ports[].service', givenServices),
];
