import type { Config } from '../../config/config.ts'
import type { Profile } from '../../config/profile.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { secretsByImage } from '../../kube/find/secrets-by-image.ts'
import { type Input, type TransformedInput, transformInput } from '../../transform.ts'
import type { Io } from '../io/io.ts'
import { showProgress } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { knowingLock, openAnswers } from './answers.ts'
import { startDeadline } from './deadline.ts'

/**
 * Sends an input down the whole path, with the lock, the cache and the registries that flags and configuration name.
 * Where the lock file is broken, what is wrong with it is the report.
 */
export async function transformByFlags(
  input: Input,
  profile: Profile,
  config: Config,
  flags: Flags,
  io: Io,
): Promise<TransformedInput> {
  const transformed = await transformAll([input], profile, config, flags, io)
  return transformed.get(input) as TransformedInput
}

/**
 * Sends several inputs down the path, as one run: an image that stands in many of them is asked for once, the time
 * that there is goes for all, and a Secret in one is for the workloads of the others. What is wrong with the lock file
 * is the report of the first.
 * @returns what became of each input
 */
export async function transformAll(
  inputs: readonly Input[],
  profile: Profile,
  config: Config,
  flags: Flags,
  io: Io,
): Promise<ReadonlyMap<Input, TransformedInput>> {
  const onlyLocked = flags.locked === true || profile.pin === 'locked'
  if (onlyLocked && flags.checkDigests === true) {
    const by = flags.locked === true ? '--locked' : `profile ${profile.name}`
    throw new UsageError('USAGE', { reason: `--check-digests asks registries, but ${by} forbids it` })
  }
  const pullSecrets = flags.pullSecrets === true ? secretsByImage(inputs, profile.fields) : undefined
  // What was answered a while ago is no check of anything.
  const fresh = flags.checkDigests === true ? { ...flags, cacheTtl: 0 } : flags
  const answers = await openAnswers(fresh, onlyLocked, { ...config, ...(pullSecrets && { pullSecrets }) }, io)
  if (answers.diagnostics.length > 0) {
    return new Map(
      inputs.map((input, index) => {
        const diagnostics = index === 0 ? answers.diagnostics : []
        return [input, { ...input, report: { profile: profile.name, images: [], diagnostics } }]
      }),
    )
  }
  const deadline = startDeadline(flags.timeout)
  // What a file answers is there at once.
  const progress = showProgress(io, flags.quiet === true || onlyLocked)
  try {
    const transform = (input: Input): Promise<TransformedInput> =>
      transformInput(input, {
        profile: knowingLock(profile, answers.lock),
        resolver: answers.resolver,
        ...(answers.blockOf && { findBlock: answers.blockOf }),
        ...(flags.platform === undefined ? {} : { platform: flags.platform }),
        checkDigests: flags.checkDigests === true,
        signal: deadline.signal,
        onProgress: progress.count(),
      })
    const transformed = await Promise.all(inputs.map(transform))
    const [first, ...others] = transformed.map((one, index) => [inputs[index] as Input, one] as const)
    return new Map(first === undefined ? [] : [withWarnings(first, answers.warnings()), ...others])
  } finally {
    progress.clear()
    deadline.stop()
    answers.close()
  }
}

/** A result with what was found out beside it; the first of a run has that for all. */
function withWarnings(
  [input, { report, ...rest }]: readonly [Input, TransformedInput],
  warnings: readonly Diagnostic[],
): readonly [Input, TransformedInput] {
  return [input, { ...rest, report: { ...report, diagnostics: [...report.diagnostics, ...warnings] } }]
}
