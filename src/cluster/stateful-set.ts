import { k8s } from 'cdk8s-plus-27';
import { stampTemplate } from '../features/rollout/job';
import { ClusterModel, Manifest } from '../kernel/contribution';
import { literally } from '../kernel/text';
import { spiloConfiguration } from '../spilo/configuration';

/** Name of the database container, for `kubectl exec -c`. */
export const CONTAINER = 'postgres';

/** The members. */
export function statefulSet(model: ClusterModel): Manifest {
  const { names, labels } = model;
  const spec: Partial<k8s.StatefulSetSpec> = {
    ...model.statefulSet,
    serviceName: names.podsService,
    selector: { matchLabels: { ...labels.members } },
    template: {
      metadata: { labels: { ...model.podLabels }, annotations: podAnnotations(model) },
      spec: {
        ...model.pod,
        initContainers: model.initContainers.length > 0 ? model.initContainers : undefined,
        containers: [databaseContainer(model), ...model.sidecars],
        volumes: model.volumes,
      },
    },
    volumeClaimTemplates: model.claimTemplates,
  };
  return {
    id: 'StatefulSet',
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    name: names.cluster,
    labels: labels.metadata,
    body: { spec: k8s.toJson_StatefulSetSpec(spec as k8s.StatefulSetSpec) },
    finish: stampTemplate,
  };
}

/** With sidecars, `kubectl exec` and `kubectl logs` still mean PostgreSQL. */
function podAnnotations({ podAnnotations: annotations, sidecars }: ClusterModel): { [key: string]: string } | undefined {
  const all = { ...annotations, ...(sidecars.length > 0 ? { 'kubectl.kubernetes.io/default-container': CONTAINER } : {}) };
  return Object.keys(all).length > 0 ? all : undefined;
}

function databaseContainer(model: ClusterModel): k8s.Container {
  return {
    ...model.container,
    name: CONTAINER,
    env: [...model.env, ...crontab(model), { name: 'SPILO_CONFIGURATION', value: literally(spiloConfiguration(model.configuration)) }],
    volumeMounts: model.mounts,
  };
}

/** Spilo reads the crontab as a JSON list. Without a line there is no cron in the container at all. */
function crontab({ crontab: lines }: ClusterModel): k8s.EnvVar[] {
  return lines.length > 0 ? [{ name: 'CRONTAB', value: literally(JSON.stringify(lines)) }] : [];
}
