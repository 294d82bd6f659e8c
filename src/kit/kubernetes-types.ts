import { isMap } from '../kernel/data';
import { Finding } from '../kernel/rule';
import { isWholeNumber } from '../kernel/syntax';

/** One type of Kubernetes: the types of its fields by name. A `!` marks a field that must be there, and `*` stands for all others. */
interface Fields { readonly [name: string]: string }

/**
 * What users write of pods, as far as it is often written. Fields that are not here may be of any type: newer ones are
 * nobody's fault, and the API server knows them.
 */
const STRUCTS: { readonly [type: string]: Fields } = {
  Container: {
    name: 'text!',
    image: 'text',
    imagePullPolicy: 'text',
    command: 'text[]',
    args: 'text[]',
    workingDir: 'text',
    ports: 'ContainerPort[]',
    env: 'EnvVar[]',
    envFrom: 'map[]',
    resources: 'Resources',
    volumeMounts: 'VolumeMount[]',
    volumeDevices: 'map[]',
    restartPolicy: 'text',
    lifecycle: 'map',
    livenessProbe: 'map',
    readinessProbe: 'map',
    startupProbe: 'map',
    securityContext: 'map',
    terminationMessagePath: 'text',
    terminationMessagePolicy: 'text',
    stdin: 'flag',
    stdinOnce: 'flag',
    tty: 'flag',
  },
  ContainerPort: { containerPort: 'int!', hostPort: 'int', hostIP: 'text', name: 'text', protocol: 'text' },
  EnvVar: { name: 'text!', value: 'text', valueFrom: 'EnvVarSource' },
  EnvVarSource: { configMapKeyRef: 'KeySelector', secretKeyRef: 'KeySelector', fieldRef: 'FieldSelector', resourceFieldRef: 'map' },
  KeySelector: { name: 'text', key: 'text!', optional: 'flag' },
  FieldSelector: { fieldPath: 'text!', apiVersion: 'text' },
  Resources: { limits: '{quantity}', requests: '{quantity}', claims: 'map[]' },
  VolumeMount: { name: 'text!', mountPath: 'text!', subPath: 'text', subPathExpr: 'text', mountPropagation: 'text', readOnly: 'flag' },
  Volume: { 'name': 'text!', '*': 'map' },
  Toleration: { key: 'text', operator: 'text', value: 'text', effect: 'text', tolerationSeconds: 'int' },
  TopologySpreadConstraint: {
    maxSkew: 'int!',
    topologyKey: 'text!',
    whenUnsatisfiable: 'text!',
    minDomains: 'int',
    labelSelector: 'map',
    matchLabelKeys: 'text[]',
    nodeAffinityPolicy: 'text',
    nodeTaintsPolicy: 'text',
  },
};

const INT32 = 2 ** 31 - 1;
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

const VALUES: { readonly [type: string]: { readonly accepts: (value: unknown) => boolean; readonly allowed: string } } = {
  text: { accepts: value => typeof value === 'string', allowed: 'a text' },
  int: { accepts: value => isWholeNumber(value, -INT32, INT32), allowed: 'a whole number' },
  flag: { accepts: value => typeof value === 'boolean', allowed: 'true or false' },
  map: { accepts: isMap, allowed: 'an object' },
  quantity: { accepts: value => typeof value === 'number' || (typeof value === 'string' && QUANTITY.test(value)), allowed: 'an amount, such as 64Mi' },
};

/** What in a value, which is written as Kubernetes' JSON, has not Kubernetes' type. The value itself is not shown: it may be a secret. */
export function wrongTypes(type: string, value: unknown, property: string): Finding[] {
  const [, element] = /^(.+)\[\]$/.exec(type) ?? [];
  if (element !== undefined) {
    return Array.isArray(value) ? value.flatMap((entry, index) => wrongTypes(element, entry, `${property}[${index}]`)) : [wrong(value, property, 'a list')];
  }
  const [, entry] = /^\{(.+)\}$/.exec(type) ?? [];
  if (entry === undefined && VALUES[type]) { return VALUES[type].accepts(value) ? [] : [wrong(value, property, VALUES[type].allowed)]; }
  if (!isMap(value)) { return [wrong(value, property, 'an object')]; }
  if (entry !== undefined) { return Object.keys(value).flatMap(key => wrongTypes(entry, value[key], `${property}.${key}`)); }
  const { '*': others, ...fields } = STRUCTS[type];
  const rest = others === undefined ? [] : Object.keys(value).filter(name => !Object.hasOwn(fields, name)).map(name => [name, others] as const);
  return [...Object.entries(fields), ...rest].flatMap(([name, ofField]) => {
    if (!Object.hasOwn(value, name) || value[name] === undefined) { return ofField.endsWith('!') ? [wrong(undefined, `${property}.${name}`, 'a value')] : []; }
    return wrongTypes(ofField.replace('!', ''), value[name], `${property}.${name}`);
  });
}

function wrong(value: unknown, property: string, allowed: string): Finding {
  return { property, received: kindOf(value), allowed };
}

/** What is said of a value that may hold a secret. */
export function kindOf(value: unknown): unknown {
  if (value === undefined || value === null) { return value; }
  if (Array.isArray(value)) { return '(a list)'; }
  return typeof value === 'object' ? '(an object)' : `(a ${typeof value})`;
}

/** A text as it is, since names are shown; of anything else its kind. */
export function textOrKind(value: unknown): unknown {
  return typeof value === 'string' ? value : kindOf(value);
}
