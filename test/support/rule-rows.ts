import { App } from 'cdk8s';
import { IConstruct } from 'constructs';
import { cluster, Props } from './render';

/** A program that a rule refuses, and what the error says about it. */
export interface Refused {
  readonly program: () => unknown;
  /** Path of the construct. */
  readonly path: string;
  readonly property: string;
  /** The received value as the message shows it. */
  readonly received: string;
  /** Other rules that such a program cannot but break. */
  readonly beside?: readonly string[];
}

/** Programs on both sides of a rule. */
export interface Row {
  readonly accepted: readonly (() => unknown)[];
  readonly refused: readonly Refused[];
}

/** Rows by the id of their rule. */
export interface Rows { readonly [rule: string]: Row }

/** A row about properties of a cluster `orders`: accepted ones, and refused ones with property and received value. */
export function clusterRow(accepted: readonly Props[], refused: readonly (readonly [Props, string, string, ...string[]])[]): Row {
  return {
    accepted: accepted.map(props => () => validated(cluster(props))),
    refused: refused.map(([props, property, received, ...beside]) => ({
      program: () => validated(cluster(props)), path: 'test/orders', property, received, beside,
    })),
  };
}

/** What a synthesis does before it writes anything; writing is what takes its time. */
function validated(construct: IConstruct): IConstruct {
  const errors = construct.node.root.node.findAll().flatMap(({ node }) => node.validate());
  if (errors.length > 0) { throw new Error(errors.join('\n')); }
  return construct;
}

/** The whole file of the app of a construct. */
export function synthesized(construct: IConstruct): string {
  return (construct.node.root as App).synthYaml();
}
