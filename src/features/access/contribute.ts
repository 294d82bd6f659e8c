import { accessRules } from './rules';
import { Feature } from '../../kernel/feature';
import { clusterLabels } from '../../spilo/labels';
import { clusterNames } from '../../spilo/names';
import { postgresService } from '../../spilo/services';
import { ClusterSpec } from '../../spilo/spec';

/** The Services beside the leader's, which belongs to Patroni's store. */
export const accessFeature: Feature<ClusterSpec> = {
  rules: accessRules,
  contribute: ({ name, replicaService, access }) => {
    const [names, labels] = [clusterNames(name), clusterLabels(name)];
    return {
      objects: [
        postgresService('ReplicaService', names.replicaService, labels, replicaService, labels.replicas),
        ...access.map(({ target, nameSuffix, port, service }) =>
          postgresService(`Access-${nameSuffix}`, names.suffixed(nameSuffix), labels, service, labels[target], port)),
      ],
    };
  },
};
