import { ServiceSpec } from '../../kit/service-options';

/** A further Service, for members of one role. */
export interface AccessSpec {
  readonly target: 'leader' | 'replicas';
  readonly nameSuffix: string;
  readonly port: number;
  readonly service: ServiceSpec;
}
