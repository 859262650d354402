import { coolDownOf, DEFAULT_LOCK_SETTINGS, type LockSettings } from '../../config/lock-settings.ts'
import type { Profile } from '../../config/profile.ts'
import type { CoolDown } from '../../lock/moving-tag.ts'
import { isSameName } from '../../lock/signer-change.ts'
import type { Reference } from '../../reference/reference.ts'
import type { Flags } from '../options/flags.ts'
import type { Session } from './session.ts'

/** The settings of `lock` in the configuration, unless `--min-age` (in milliseconds) replaces them. */
export function lockSettingsOf({
  config,
  flags: { minAge },
}: Session<Flags & { readonly minAge?: number | undefined }>): LockSettings {
  const settings = config.lock ?? DEFAULT_LOCK_SETTINGS
  return minAge === undefined ? settings : { ...settings, minAge, rules: [] }
}

/** The value of `--accept-signer` that accepts digests that nobody has signed, or with less than before. */
const NO_SIGNER = 'none'

/**
 * The rules by which the digest of an image may be taken.
 *
 * @param settings as `lockSettingsOf` finds them
 * @param now milliseconds since 1970
 * @param isForced whether digests are taken at once (`--now`)
 * @param acceptedSigners the values of `--accept-signer`
 */
export function coolDownRules(
  image: Reference,
  settings: LockSettings,
  { denyDigests, findings }: Profile,
  now: number,
  isForced: boolean,
  acceptedSigners: readonly string[] = [],
): CoolDown {
  return {
    ...coolDownOf(settings, image),
    now,
    isForced,
    isDenied: (digest) => denyDigests?.has(digest) === true,
    acceptsSigner: (signer) =>
      acceptedSigners.some((name) =>
        signer === undefined ? name === NO_SIGNER : isSameName(name, signer.signer),
      ),
    tolerates: (loss) => ['warning', 'info', 'off'].includes(findings[loss] ?? 'error'),
  }
}
