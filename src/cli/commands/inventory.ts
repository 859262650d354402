import type { Profile } from '../../config/profile.ts'
import { nestedName, rewriteName } from '../../config/rewrite.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import {
  fullName,
  INVENTORY_FORMATS,
  type InventoryFormat,
  type InventoryImage,
} from '../../inventory/inventory.ts'
import type { Resolution } from '../../plan/resolver.ts'
import { parseReference } from '../../reference/parse.ts'
import { type Reference, repositoryName } from '../../reference/reference.ts'
import { formatDiagnostics } from '../../report/diagnostic-text.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { messageColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { openLock } from '../session/answers.ts'
import { withCollection } from '../session/collection.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'

interface InventoryFlags extends Flags {
  readonly format?: InventoryFormat | undefined
  readonly to?: string | undefined
  readonly image?: readonly Reference[] | undefined
  readonly fromLock?: boolean | undefined
}

/**
 * `pinpull inventory`: lists what a cluster needs for some manifests, every image with its digest, for the tools that
 * copy images.
 *
 * @param files files and folders of manifests; standard input where there are none
 * @returns the exit code
 */
export async function inventory(files: readonly string[], flags: InventoryFlags, io: Io): Promise<number> {
  const format = flags.format ?? 'list'
  const { needsTarget, write } = INVENTORY_FORMATS[format]
  let output: string | undefined
  const list = (images: readonly Listed[], profile: Profile): void => {
    if (needsTarget && flags.to === undefined && profile.rewrite.length === 0) {
      const reason = `the format ${format} needs a destination: add --to REGISTRY, or use a profile that rewrites names`
      throw new UsageError('USAGE', { reason })
    }
    output = write(listOf(images, profile, flags.to))
  }
  const diagnostics =
    flags.fromLock === true
      ? await listLock(files, flags, io, list)
      : await withCollection(files, flags, format === 'json', io, async ({ images, profile }, ask) => {
          const named = (flags.image ?? []).map(async (asked) => ({ asked, ...(await ask(asked)) }))
          const found = images.map(({ lookupReference, resolution }) => ({
            asked: lookupReference,
            ...resolution,
          }))
          list([...found, ...(await Promise.all(named))], profile)
        })
  const shown = diagnostics.filter(({ severity }) => severity === 'error' || flags.quiet !== true)
  for (const text of formatDiagnostics(shown, messageColor(flags, io))) io.writeMessage(`${text}\n`)
  if (output === undefined) return exitCodeOf(diagnostics)
  io.writeOutput(output)
  return EXIT.done
}

interface Listed extends Pick<Resolution, 'descriptor'> {
  readonly asked: Reference
}

/** Lists the entries of the lock file, whatever manifests there are. */
async function listLock(
  files: readonly string[],
  flags: InventoryFlags,
  io: Io,
  list: (images: readonly Listed[], profile: Profile) => void,
): Promise<readonly Diagnostic[]> {
  if (files.length + (flags.image ?? []).length > 0) {
    throw new UsageError('USAGE', {
      reason: '--from-lock lists the lock file, and takes no manifests and images',
    })
  }
  const config = await loadConfig(flags.config, io)
  const file = await openLock(flags, true, config, io)
  if (file === undefined || file.diagnostics.length > 0) return file?.diagnostics ?? []
  const images = file.lock.entries.map((entry) => ({
    asked: parseReference(entry.reference),
    descriptor: entry,
  }))
  list(images, chooseProfile(flags.profile, config))
  return []
}

/** Each image once, in the order of their names. */
function listOf(images: readonly Listed[], profile: Profile, to: string | undefined): InventoryImage[] {
  const distinct = new Map<string, InventoryImage>()
  for (const { asked, descriptor } of images) {
    const { digest, mediaType, platforms } = descriptor
    const name = repositoryName(asked)
    const copyTo = rewriteName(name, profile.rewrite) ?? (to === undefined ? undefined : nestedName(name, to))
    const image: InventoryImage = {
      reference: asked,
      digest: asked.digest ?? digest,
      mediaType,
      ...(platforms === undefined ? {} : { platforms }),
      ...(copyTo === undefined ? {} : { copyTo }),
    }
    if (!distinct.has(fullName(image))) distinct.set(fullName(image), image)
  }
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image)
}
