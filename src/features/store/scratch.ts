import { Size } from 'cdk8s';
import { ScratchSpec } from './spec';
import { onlyDefined } from '../../kernel/data';
import { isPositiveSize, quantity } from '../../kernel/quantity';
import { Rule, valueRule } from '../../kernel/rule';
import { isObjectName } from '../../kernel/syntax';

/**
 * Room on a disk that lives as long as a Job.
 */
export interface ScratchOptions {
  /**
   * How much.
   *
   * @changes at-once
   */
  readonly size: Size;

  /**
   * Storage class of a volume that lives as long as the Job.
   *
   * @default - an emptyDir on the node's disk
   * @changes at-once
   */
  readonly storageClassName?: string;
}

/**
 * Room on a disk, which lets a Job work on several tables at once.
 */
export interface ParallelScratchOptions extends ScratchOptions {
  /**
   * How many tables at once, each over a connection of its own.
   *
   * @default 1
   * @changes at-once
   */
  readonly parallelJobs?: number;
}

/** The room. */
export function settleScratch({ size, storageClassName }: ScratchOptions): ScratchSpec {
  return onlyDefined({ size: quantity(size), storageClassName });
}

/** Checks of the room of one Job; ids begin with `stem`. */
export function scratchRules<Input>(stem: string, property: string, scratch: (input: Input) => ScratchSpec | undefined): Rule<Input>[] {
  return [
    valueRule(`${stem}-scratch`, `${property}.size`, 'more than zero, in whole kibibytes', 'The API server refuses the volume.',
      input => scratch(input)?.size, isPositiveSize),
    valueRule(`${stem}-scratch-class`, `${property}.storageClassName`, 'a DNS-1123 subdomain', 'The API server refuses the volume.',
      input => scratch(input)?.storageClassName, isObjectName),
  ];
}
