/**
 * The sources of a setting, from the most to the least trusted. `docs/trust.md` explains them:
 *
 * - 1: flags, the environment, a file that one of them names, the user's own files
 * - 2: a `pinpull.yaml` found in the working directory, and the lock file
 * - 3: a `functionConfig`, and what kustomize passes to a legacy plugin
 *
 * Manifests, annotations, answers of registries and the cache are a fourth tier, which sets nothing here.
 */
export type TrustTier = 1 | 2 | 3

/** Part of a schema: the least trusted tier that may make the setting. */
export interface WithTier {
  readonly tier: TrustTier
}

/** How messages describe a tier. */
interface TierDescription {
  /** The source of the setting, after "may not be set by". */
  readonly who: string
  /** How a user who trusts the setting can allow it. */
  readonly hint: string
}

/** The tiers that may not make every setting. */
const TIERS: Readonly<Record<Exclude<TrustTier, 1>, TierDescription>> = {
  2: {
    who: 'a pinpull.yaml that was only found in the working directory',
    hint: 'name the file with --config pinpull.yaml (or PINPULL_CONFIG) if you trust it',
  },
  3: {
    who: 'a functionConfig or a plugin of kustomize',
    hint: 'if you trust it, write it to a file and name that with --config or PINPULL_CONFIG',
  },
}

/** Why a configuration that was found, not named, may not be a link to a file elsewhere. */
export const LINK_LEAVES_FOLDER =
  'is a link that leads out of its folder, and was not named on the command line (trust tier 2, see docs/trust.md)'

/**
 * Whether a source may make a setting.
 * @param needed the least trusted tier that may make it
 * @param actual the tier of the source
 */
export function maySet(needed: TrustTier, actual: TrustTier): boolean {
  return actual <= needed
}

/** Describes a tier, with its number, for messages. */
export function describeTier(tier: Exclude<TrustTier, 1>): string {
  return `${TIERS[tier].who} (trust tier ${tier}, see docs/trust.md)`
}

/** The hint for a setting that a tier may not make. */
export function trustHint(tier: Exclude<TrustTier, 1>): string {
  return TIERS[tier].hint
}
