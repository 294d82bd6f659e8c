import { Feature } from '../kernel/feature';
import { configMap } from '../kit/objects';
import { program } from '../kit/program';
import { clusterLabels } from '../spilo/labels';
import { clusterNames } from '../spilo/names';
import { ClusterSpec } from '../spilo/spec';

/**
 * One ConfigMap with every program that members and Jobs of a cluster run, each once. Its name never changes, so that a new
 * release of the library restarts no member: running members find the newer programs under the old names, and every program
 * understands the command lines of its predecessors (`test/programs/contract.json`).
 */
export const programsFeature: Feature<ClusterSpec> = {
  rules: [],
  contribute: () => ({}),
  complete: ({ programs }, { name }) => programs.length === 0 ? []
    : [configMap('Programs', clusterNames(name).programs, clusterLabels(name).metadata, program([...programs].sort()))],
};
