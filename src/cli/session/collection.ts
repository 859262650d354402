import type { Config } from '../../config/config.ts'
import type { Profile } from '../../config/profile.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { type CollectedImages, collectImages } from '../../inventory/collected-images.ts'
import { secretsByImage } from '../../kube/find/secrets-by-image.ts'
import { fieldDiagnostics } from '../../plan/field-diagnostics.ts'
import type { Resolver } from '../../plan/resolver.ts'
import { decideStream } from '../../plan/stream-decisions.ts'
import { originalReference } from '../../plan/subject.ts'
import type { YamlDocument } from '../../yaml/nodes.ts'
import { readAll } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { knowingLock, openAnswers } from './answers.ts'
import { chooseProfile, loadConfig } from './config.ts'
import { startDeadline } from './deadline.ts'

/** The images of some streams, with what is needed to ask for one more. */
export interface Collection extends CollectedImages {
  readonly config: Config
  readonly profile: Profile
  readonly documents: readonly YamlDocument[]
}

/** Asks for an image that no stream names. */
export type Ask = Resolver['resolve']

/**
 * Reads streams and resolves every image in them, as the flags say, and then does what is left to do while there is
 * still somebody to ask.
 *
 * @param wantPlatforms whether to ask for each image's platforms, too, which costs a pull where the lock has none
 * @param use is called where nothing is wrong
 * @returns everything that is wrong, warnings included
 */
export async function withCollection(
  files: readonly string[],
  flags: Flags,
  wantPlatforms: boolean,
  io: Io,
  use: (collection: Collection, ask: (reference: Parameters<Ask>[0]) => ReturnType<Ask>) => Promise<void>,
): Promise<readonly Diagnostic[]> {
  const config = await loadConfig(flags.config, io)
  const profile = chooseProfile(flags.profile, config)
  const { inputs: streams, diagnostics: broken, remarks } = readAll(files, io, flags)
  const documents = streams.flatMap((one) => one.documents)
  const pullSecrets = flags.pullSecrets === true ? { pullSecrets: secretsByImage(streams) } : {}
  const onlyLocked = flags.locked === true || profile.pin === 'locked'
  const answers = await openAnswers(flags, onlyLocked, { ...config, ...pullSecrets }, io)
  const before = [...broken, ...answers.diagnostics]
  if (before.length > 0) return before
  const deadline = startDeadline(flags.timeout)
  const platform = flags.platform ?? profile.platform
  const options = { signal: deadline.signal, wantPlatforms, ...(platform === undefined ? {} : { platform }) }
  try {
    const decided = streams.map((stream) => decideStream(stream, { profile }))
    const collected = await collectImages(
      decided,
      (reference) => originalReference(reference, knowingLock(profile, answers.lock)),
      answers.resolver,
      options,
    )
    const diagnostics = [
      ...decided.flatMap(({ found, source }) => fieldDiagnostics(found, { profile }, source)),
      ...collected.diagnostics,
    ]
    if (!diagnostics.some(({ severity }) => severity === 'error')) {
      await use({ ...collected, config, profile, documents }, (reference) =>
        answers.resolver.resolve(reference, options),
      )
    }
    return [...remarks, ...diagnostics, ...answers.warnings()]
  } finally {
    deadline.stop()
    answers.close()
  }
}
