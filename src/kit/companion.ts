import { k8s } from 'cdk8s-plus-27';
import { Pod, podSpec, podTemplateJson } from './pod';
import { Manifest, StampReader, Texts } from '../kernel/contribution';

/** A Job or CronJob beside the pods that it works for: what it is, as data. */
export interface Companion {
  /** Construct id. */
  readonly id: string;
  readonly name: string;
  readonly labels: Texts;
  readonly pod: Pod;
  /** Labels and annotations of the pods, beside the companion's own. */
  readonly podLabels?: Texts;
  readonly podAnnotations?: Texts;
  /** How often a failed pod is tried again. */
  readonly retries: number;
  readonly deadlineSeconds?: number;
  /** After which time a finished Job is removed. */
  readonly ttlSeconds?: number;
  /** Exit status after which nothing is tried again: a person must decide. */
  readonly refusedStatus?: number;
  /** Ids of objects whose data, with the Job's own spec, makes its name: a change is a new Job. */
  readonly nameByContent?: readonly string[];
  readonly stampOf?: StampReader;
}

/** When a CronJob makes Jobs, in UTC. */
export interface Schedule { readonly schedule: string; readonly suspend?: boolean }

/** A Job: it runs once for each content. */
export function job(companion: Companion): Manifest {
  const { id, name, labels, nameByContent, stampOf } = companion;
  return { id, apiVersion: 'batch/v1', kind: 'Job', name, labels, nameByContent, stampOf, body: { spec: jobSpec(companion) } };
}

/** A CronJob. */
export function cronJob(companion: Companion, schedule: Schedule): Manifest {
  const { id, name, labels } = companion;
  return {
    id,
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    name,
    labels,
    body: {
      spec: {
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        ...schedule,
        jobTemplate: { metadata: { labels: { ...labels } }, spec: jobSpec(companion) },
      },
    },
  };
}

function jobSpec({ pod, labels, podLabels, podAnnotations, retries, deadlineSeconds, ttlSeconds, refusedStatus }: Companion): any {
  return {
    backoffLimit: retries,
    activeDeadlineSeconds: deadlineSeconds,
    ttlSecondsAfterFinished: ttlSeconds,
    ...refusedStatus === undefined ? {} : { podFailurePolicy: k8s.toJson_PodFailurePolicy(failAt(refusedStatus)) },
    template: podTemplateJson({
      metadata: { labels: { ...podLabels, ...labels }, annotations: podAnnotations && { ...podAnnotations } },
      spec: podSpec({ restartPolicy: 'Never', ...pod }),
    }),
  };
}

function failAt(status: number): k8s.PodFailurePolicy {
  return { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [status] }, onPodConditions: [] }] };
}

/** A Deployment: what runs all the time. */
export interface Deployed {
  readonly id: string;
  readonly name: string;
  readonly labels: Texts;
  /** What the Service and the budget select by. */
  readonly selector: Texts;
  readonly replicas: number;
  readonly pod: Pod;
  readonly podLabels?: Texts;
  readonly podAnnotations?: Texts;
  /** Whether two pods at a time would harm: then the old one goes before the new one comes. */
  readonly alone?: boolean;
  /** An annotation with a hash of objects that pods read only at their start, and their ids. */
  readonly stamp?: Manifest['stamp'];
  /** The governing Service, where pods need names that stay: it is a StatefulSet then. */
  readonly serviceName?: string;
}

/** The Deployment, or the StatefulSet where pods need names that stay. */
export function deployed(deployment: Deployed): Manifest {
  const { id, name, labels, selector, replicas, pod, podLabels, podAnnotations, alone, stamp, serviceName } = deployment;
  const common = {
    replicas,
    selector: { matchLabels: { ...selector } },
    template: podTemplateJson({
      metadata: { labels: { ...podLabels, ...labels }, annotations: podAnnotations && { ...podAnnotations } }, spec: podSpec(pod),
    }),
  };
  const spec = serviceName === undefined
    ? { ...common, strategy: alone ? { type: 'Recreate' } : REPLACE_FIRST }
    : { ...common, serviceName, podManagementPolicy: 'Parallel' };
  return { id, apiVersion: 'apps/v1', kind: serviceName === undefined ? 'Deployment' : 'StatefulSet', name, labels, stamp, body: { spec } };
}

/** A new pod first: one on its way out takes no connections any more. */
const REPLACE_FIRST = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
