import { nestedName, rewriteName } from '../../config/rewrite.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { INVENTORY_FORMATS } from '../../inventory/formats.ts'
import { fullName, type InventoryImage } from '../../inventory/image.ts'
import type { Resolution } from '../../plan/resolver.ts'
import { repositoryName } from '../../reference/normalize.ts'
import type { Reference } from '../../reference/reference.ts'
import { formatDiagnostic } from '../../report/text.ts'
import { type Collection, withCollection } from '../collection.ts'
import { messageColor } from '../color.ts'
import { EXIT } from '../exit.ts'
import type { InventoryFlags } from '../inventory-options.ts'
import type { Io } from '../io.ts'

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
  const diagnostics = await withCollection(files, flags, format === 'json', io, async (collection, ask) => {
    const { profile } = collection
    if (needsTarget && flags.to === undefined && profile.rewrite.length === 0) {
      const reason = `the format ${format} says where images are copied to: use --to, or a profile that rewrites names`
      throw new UsageError('USAGE', { reason })
    }
    const more = await Promise.all(
      (flags.image ?? []).map(async (reference) => ({ asked: reference, resolution: await ask(reference) })),
    )
    output = write(listOf([...collection.images, ...more], collection, flags.to))
  })
  const shown = diagnostics.filter(({ severity }) => severity === 'error' || flags.quiet !== true)
  for (const one of shown) io.writeMessage(`${formatDiagnostic(one, messageColor(flags, io))}\n`)
  if (output === undefined) return EXIT.findings
  io.writeOutput(output)
  return EXIT.done
}

/** Each image once, in the order of their names. */
function listOf(
  images: readonly { readonly asked: Reference; readonly resolution: Resolution }[],
  { profile }: Collection,
  to: string | undefined,
): InventoryImage[] {
  const distinct = new Map<string, InventoryImage>()
  for (const { asked, resolution } of images) {
    const { digest, mediaType, platforms } = resolution.descriptor
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
