import { k8s } from 'cdk8s-plus-27';
import { Manifest, Model } from '../kernel/contribution';
import { literally } from '../kernel/text';
import { podTemplateJson } from '../kit/pod';
import { spiloConfiguration, withMarks } from '../spilo/configuration';
import { clusterLabels, TEMPLATE_ANNOTATION } from '../spilo/labels';
import { clusterNames } from '../spilo/names';
import { CONTAINER } from '../spilo/paths';
import { ClusterSpec } from '../spilo/spec';

/** The members. */
export function statefulSet(model: Model, { name }: ClusterSpec): Manifest {
  const labels = clusterLabels(name);
  const template = podTemplateJson({
    metadata: { labels: { ...model.podLabels }, annotations: podAnnotations(model) },
    spec: {
      ...model.pod,
      initContainers: model.initContainers.length > 0 ? model.initContainers : undefined,
      containers: [databaseContainer(model), ...model.sidecars],
      volumes: model.volumes,
    },
  });
  const spec = k8s.toJson_StatefulSetSpec({
    ...model.statefulSet,
    serviceName: clusterNames(name).podsService,
    selector: { matchLabels: { ...labels.members } },
    template: {},
  });
  return {
    id: 'StatefulSet',
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    name,
    labels: labels.metadata,
    body: { spec: { ...spec, template, volumeClaimTemplates: model.claimTemplates.map(claimTemplate) } },
    stamp: { annotation: TEMPLATE_ANNOTATION },
  };
}

/** Version and kind too: a server-side apply compares with what the API server adds. */
function claimTemplate({ metadata, spec }: k8s.KubePersistentVolumeClaimProps): object {
  const { apiVersion, kind } = k8s.KubePersistentVolumeClaim.GVK;
  return { apiVersion, kind, metadata: k8s.toJson_ObjectMeta(metadata), spec: k8s.toJson_PersistentVolumeClaimSpec(spec) };
}

/** With sidecars, `kubectl exec` and `kubectl logs` still mean PostgreSQL. */
function podAnnotations({ podAnnotations: annotations, sidecars }: Model): { [key: string]: string } | undefined {
  const all = { ...annotations, ...(sidecars.length > 0 ? { 'kubectl.kubernetes.io/default-container': CONTAINER } : {}) };
  return Object.keys(all).length > 0 ? all : undefined;
}

function databaseContainer(model: Model): k8s.Container {
  return {
    ...model.container,
    name: CONTAINER,
    env: [...model.env, ...crontab(model), { name: 'SPILO_CONFIGURATION', value: literally(spiloConfiguration(withMarks(model.configuration))) }],
    volumeMounts: model.mounts,
  };
}

/** Spilo reads the crontab as a JSON list. Without a line there is no cron in the container at all. */
function crontab({ crontab: lines }: Model): k8s.EnvVar[] {
  return lines.length > 0 ? [{ name: 'CRONTAB', value: literally(JSON.stringify(lines)) }] : [];
}
