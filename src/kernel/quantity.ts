import { Size, SizeRoundingBehavior } from 'cdk8s';
import { ContainerResources, Cpu, k8s } from 'cdk8s-plus-27';
import { given, onlyDefined } from './empty';

/** Kubernetes' binary suffixes, largest first, with their size in kibibytes. */
const UNITS: [string, number][] = [['Pi', 1024 ** 4], ['Ti', 1024 ** 3], ['Gi', 1024 ** 2], ['Mi', 1024], ['Ki', 1]];

/** A size in kibibytes; fractions are kept so that rules can see them. */
export function kibibytes(size: Size): number {
  return size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
}

/** A size in whole mebibytes, rounded down. */
export function mebibytes(size: Size): number {
  return Math.floor(kibibytes(size) / 1024);
}

/** Whether Kubernetes takes this size for a volume. Kubernetes knows fractions, but nobody means half a kibibyte. */
export function isPositive(size: Size): boolean {
  return Number.isInteger(kibibytes(size)) && kibibytes(size) > 0;
}

/** The shortest exact Kubernetes quantity of a size: `50Gi` and not `52428800Ki`. */
export function quantity(size: Size): string {
  const kib = kibibytes(size);
  const [suffix, factor] = UNITS.find(([, unit]) => kib % unit === 0) ?? UNITS[UNITS.length - 1];
  return `${kib / factor}${suffix}`;
}

/** An amount of CPU in thousandths of a core. `Cpu` has no number, only Kubernetes' text. */
export function millicores(cpu: Cpu): number {
  return cpu.amount.endsWith('m') ? Number(cpu.amount.slice(0, -1)) : Number(cpu.amount) * 1000;
}

/** cdk8s-plus's typed resources as Kubernetes writes them. */
export function resourceRequirements(resources: ContainerResources): k8s.ResourceRequirements | undefined {
  const { cpu, memory, ephemeralStorage } = resources;
  return given(onlyDefined({
    requests: quantities(cpu?.request, memory?.request, ephemeralStorage?.request),
    limits: quantities(cpu?.limit, memory?.limit, ephemeralStorage?.limit),
  }));
}

function quantities(cpu?: Cpu, memory?: Size, ephemeralStorage?: Size): { [name: string]: k8s.Quantity } | undefined {
  const found: [string, string][] = [];
  if (cpu) { found.push(['cpu', cpu.amount]); }
  if (memory) { found.push(['memory', quantity(memory)]); }
  if (ephemeralStorage) { found.push(['ephemeral-storage', quantity(ephemeralStorage)]); }
  return found.length === 0 ? undefined : Object.fromEntries(found.map(([name, text]) => [name, k8s.Quantity.fromString(text)]));
}
