/**
 * Where Patroni keeps the state of the cluster and the leader's lock.
 *
 * Changing it in a cluster that runs is dangerous: members on the old store and members on the new one would each elect
 * a leader. So it is made hard: the store is also written into the claim template, which Kubernetes does not let change,
 * and the rollout Job refuses. `docs/operations.md` has the safe way, over one single member.
 */
export class Dcs {
  /**
   * Endpoints objects. Patroni writes the leader's address into the leader Service in the same request that takes the
   * lock, so that Service never points at a dead leader. Kubernetes 1.33 and newer print a deprecation warning for
   * Endpoints at each apply; they go on working (seen with 1.34).
   */
  public static endpoints(): Dcs { return new Dcs({ kind: 'endpoints' }); }

  /**
   * ConfigMaps, where Endpoints may not be written (OpenShift). The leader Service selects by the label `role=master`;
   * a leader whose node dies stays in it until Kubernetes declares the node lost.
   */
  public static configMaps(): Dcs { return new Dcs({ kind: 'configMaps' }); }

  /** @internal */
  private constructor(public readonly _data: { readonly kind: 'endpoints' | 'configMaps' }) {}
}
