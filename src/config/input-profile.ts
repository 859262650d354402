import { UsageError } from '../diagnostics/errors.ts'
import type { Config } from './config.ts'
import type { Profile } from './profile.ts'
import { describeTier } from './trust.ts'

/**
 * Refuses a profile that the input has chosen, if it demands other signatures than the profile that would be used without that choice:
 * what came with the manifests does not decide whose signatures they need.
 *
 * @param usual the profile that would be used
 * @throws {UsageError} CONFIG_UNTRUSTED
 */
export function refuseOtherSigners(
  chosen: Profile,
  usual: Profile | undefined,
  { file = '' }: Pick<Config, 'file'>,
): void {
  if (usual === undefined || usual.verify.length === 0 || demands(usual) === demands(chosen)) return
  throw new UsageError('CONFIG_UNTRUSTED', {
    path: `profile ${chosen.name}`,
    reason: `may not be chosen by ${describeTier(3)}: it does not demand the signatures that profile ${usual.name} of ${file} demands`,
    advice: `choose it with --profile ${chosen.name}, PINPULL_PROFILE, or defaultProfile in ${file}`,
  })
}

/** What decides about an image's signature: also which images are not looked at, by which name, and how serious it is that no entry is for one. */
function demands({ verify, include, exclude, rewrite, findings }: Profile): string {
  return JSON.stringify([
    verify.map(({ label: _, ...rule }) => rule),
    include.map(({ spec }) => spec),
    exclude.map(({ spec }) => spec),
    rewrite,
    findings.IMAGE_UNVERIFIED,
  ])
}
