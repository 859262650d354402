import { UsageError } from '../diagnostics/errors.ts'
import { type Platform, parsePlatform } from '../oci/platform.ts'
import { check as checkStream } from '../plan/check.ts'
import type { Resolver } from '../plan/resolver.ts'
import type { Report } from '../report/report.ts'
import { readInput, transform as transformStream } from '../transform.ts'
import { type Config, findProfile, type Profile } from './config.ts'
import { type Verifier, verifierPort } from './verifiers.ts'

interface CommonOptions {
  /** A profile, or the name of one; by default the configuration's default profile, else `prod`. */
  readonly profile?: Profile | string | undefined
  /** Where a profile is looked up by name; by default among the built-in ones. */
  readonly config?: Config | undefined
  /** The file name of the input, for diagnostics. */
  readonly file?: string | undefined
}

export interface TransformOptions extends CommonOptions {
  /** Finds digests. */
  readonly resolver: Resolver
  /** Verifies signatures; required if the profile demands any (`verify`). */
  readonly verifier?: Verifier | undefined
  /** Pins to the manifest of this platform instead of the index: `linux/arm64`, or its parts. */
  readonly platform?: Platform | string | undefined
  /** Also checks that digests in the input exist, and that their tags still name them. */
  readonly checkDigests?: boolean | undefined
  /** Stops waiting for registries when aborted; `transform` then rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** The result of `transform`. */
export type TransformResult =
  /** `output` is the very buffer of the input if nothing changes. The report may hold warnings. */
  | { readonly ok: true; readonly output: Uint8Array; readonly report: Report }
  /** The report holds at least one error. */
  | { readonly ok: false; readonly output: undefined; readonly report: Report }

/**
 * Pins the images of a stream of manifests to digests and sets their pull policies. No other byte changes.
 *
 * @param input UTF-8 YAML or JSON, any number of documents
 * @throws {PinpullError} INPUT_NOT_UTF8
 * @throws {UsageError} PROFILE_UNKNOWN; USAGE for an invalid platform, and without a verifier if the profile demands signatures
 */
export async function transform(input: Uint8Array, options: TransformOptions): Promise<TransformResult> {
  const { config, file, resolver, checkDigests, signal = new AbortController().signal } = options
  const profile = findProfile(options.profile, config)
  const platform = readPlatform(options.platform)
  const { output, report } = await transformStream(input, {
    profile,
    resolver,
    verifier: verifierPort(options.verifier),
    file,
    platform,
    checkDigests,
    signal,
  })
  return output === undefined ? { ok: false, output, report } : { ok: true, output, report }
}

function readPlatform(platform: Platform | string | undefined): Platform | undefined {
  if (typeof platform !== 'string') return platform
  const parsed = parsePlatform(platform)
  if (parsed === undefined) {
    throw new UsageError('USAGE', { reason: `"${platform}" is not a platform such as linux/arm64` })
  }
  return parsed
}

export interface CheckOptions extends CommonOptions {
  /** An image without a digest is an error, whatever the profile. */
  readonly requirePinned?: boolean | undefined
}

/** The result of `check`. */
export interface CheckResult {
  /** Whether the report has no error; it may hold warnings. */
  readonly ok: boolean
  readonly report: Report
}

/**
 * Checks a stream of manifests against a profile, without contacting a registry: signatures are not verified.
 *
 * @param input UTF-8 YAML or JSON, any number of documents
 * @throws {PinpullError} INPUT_NOT_UTF8
 * @throws {UsageError} PROFILE_UNKNOWN
 */
export function check(input: Uint8Array, options: CheckOptions = {}): CheckResult {
  const profile = findProfile(options.profile, options.config)
  const report = checkStream(readInput(input, options.file), {
    profile,
    requirePinned: options.requirePinned === true,
  })
  return { ok: report.diagnostics.every(({ severity }) => severity !== 'error'), report }
}
