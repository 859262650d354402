/** What happens to a request that violates a profile (admissionregistration.k8s.io/v1, `ValidationAction`). */
export type GuardAction = 'Deny' | 'Warn' | 'Audit'

/** What a guard consists of, beside its profile. */
export interface GuardOptions {
  /** The name of its policies and bindings. */
  readonly name: string
  /** What happens to violations that are errors by the profile; its warnings are never more than warnings. */
  readonly actions: readonly GuardAction[]
  /** The namespaces that it does not apply to. */
  readonly exemptNamespaces: readonly string[]
  /** Whether it also pins Pods by the lock. */
  readonly pin: boolean
  /** Whether only digests of the lock are admitted. */
  readonly onlyLocked: boolean
  /** The namespace of the ConfigMap with the lock. */
  readonly namespace: string
}
