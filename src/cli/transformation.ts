import type { Config } from '../config/config.ts'
import type { Profile } from '../config/profile.ts'
import { secretsByImage } from '../kube/pull-secrets.ts'
import { type Input, type Transformed, transformInput } from '../transform.ts'
import { openAnswers } from './answers.ts'
import type { ResolvingFlags } from './common-options.ts'
import { startDeadline } from './deadline.ts'
import type { Io } from './io.ts'
import { showProgress } from './progress.ts'

/**
 * Sends an input down the whole path, with the lock, the cache and the registries that flags and configuration name.
 * Where the lock file is broken, what is wrong with it is the report.
 */
export async function transformByFlags(
  input: Input,
  profile: Profile,
  config: Config,
  flags: ResolvingFlags & { readonly quiet?: boolean },
  io: Io,
): Promise<Transformed> {
  const onlyLocked = flags.locked === true || profile.pin === 'locked'
  const pullSecrets = flags.pullSecrets === true ? secretsByImage([input], profile.fields) : undefined
  const answers = await openAnswers(flags, onlyLocked, { ...config, ...(pullSecrets && { pullSecrets }) }, io)
  if (answers.diagnostics.length > 0) {
    return { ...input, report: { profile: profile.name, images: [], diagnostics: answers.diagnostics } }
  }
  const deadline = startDeadline(flags.timeout)
  const progress = showProgress(io, flags.quiet === true)
  try {
    return await transformInput(input, {
      profile,
      resolver: answers.resolver,
      ...(flags.platform === undefined ? {} : { platform: flags.platform }),
      verify: flags.verify === true,
      signal: deadline.signal,
      onAnswer: progress.onAnswer,
    })
  } finally {
    progress.clear()
    deadline.stop()
    answers.close()
  }
}
