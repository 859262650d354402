import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'

/** What happened to one image field. */
export interface ImageEntry {
  readonly at: Location
  /** The rule that found it, `R1` to `R7`. */
  readonly rule: string
  readonly image: string
  /** What stands there now; the same as `image` where it was kept. */
  readonly result: string
  readonly outcome: 'pinned' | 'kept' | 'failed'
  /** Why it was kept or failed, in a few words. */
  readonly reason?: string
  readonly digest?: string
  /** Who gave the digest: a registry's host, a mirror, `lock`. */
  readonly origin?: string
  /** What decided whether it is pinned: a profile, a rule of it, an annotation. */
  readonly pinBy?: string
  /** The policy that Kubernetes gives the image as it was written, where none stands. */
  readonly policyDefault?: string
  /** What decided its pull policy. */
  readonly policyBy?: string
  /** The pull policy as it stood, and as it stands now; absent where there is none. */
  readonly policyBefore?: string
  readonly policyAfter?: string
}

/** All that is known after a run: what every reporter prints, each in its own format. */
export interface Report {
  readonly profile: string
  readonly images: readonly ImageEntry[]
  readonly diagnostics: readonly Diagnostic[]
}
