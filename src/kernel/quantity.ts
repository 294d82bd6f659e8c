import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { given } from './data';

/** Kubernetes' binary suffixes, largest first, with their size in kibibytes. */
const UNITS: [string, number][] = [['Pi', 1024 ** 4], ['Ti', 1024 ** 3], ['Gi', 1024 ** 2], ['Mi', 1024], ['Ki', 1]];

/** The shortest exact Kubernetes quantity of a size: `50Gi` and not `52428800Ki`. */
export function quantity(size: Size): string {
  // Without rounding: fractions are kept so that rules can see them. The number is cdk8s's, of any version.
  const kib = size.toKibibytes({ rounding: 2 });
  const [suffix, factor] = UNITS.find(([, unit]) => kib % unit === 0) ?? UNITS[UNITS.length - 1];
  return `${kib / factor}${suffix}`;
}

/** A quantity of bytes in kibibytes; NaN where it is none. */
export function kibibytes(text: string): number {
  const [, amount, suffix] = /^(-?[\d.e+]+)([KMGTP]i)$/.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === suffix)?.[1];
  return unit === undefined ? NaN : Number(amount) * unit;
}

/** A quantity in whole mebibytes, rounded down. */
export function mebibytes(text: string): number {
  return Math.floor(kibibytes(text) / 1024);
}

/** Whether Kubernetes takes this for a volume. Kubernetes knows fractions, but nobody means half a kibibyte. */
export function isPositiveSize(text: string): boolean {
  return Number.isInteger(kibibytes(text)) && kibibytes(text) > 0;
}

/** An amount of CPU in thousandths of a core; NaN where it is none. */
export function millicores(text: string): number {
  if (!/^-?\d+(\.\d+)?m?$/.test(text)) { return NaN; }
  return text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000;
}

/** Amounts of one container, as Kubernetes writes them. */
export interface ResourcesSpec {
  readonly cpu?: Amounts;
  readonly memory?: Amounts;
  readonly ephemeralStorage?: Amounts;
}

/** What the scheduler reserves, and what the kernel allows. */
export interface Amounts { readonly request?: string; readonly limit?: string }

/** Amounts as a container has them. */
export function resourceRequirements({ cpu, memory, ephemeralStorage }: ResourcesSpec): k8s.ResourceRequirements | undefined {
  const amounts = (which: keyof Amounts) => given(Object.fromEntries(
    Object.entries({ 'cpu': cpu?.[which], 'memory': memory?.[which], 'ephemeral-storage': ephemeralStorage?.[which] })
      .flatMap(([name, text]) => text === undefined ? [] : [[name, k8s.Quantity.fromString(text)]])));
  const [requests, limits] = [amounts('request'), amounts('limit')];
  return requests || limits ? { ...requests ? { requests } : {}, ...limits ? { limits } : {} } : undefined;
}
