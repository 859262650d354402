import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { printable } from '../../diagnostics/printable.ts'
import { findDigestUses, type UsedImage, unknownIndexes } from '../../inventory/digest-uses.ts'
import { findImages } from '../../kube/find/find-images.ts'
import { locationAt, locationOf } from '../../kube/location.ts'
import { createLock } from '../../lock/lock.ts'
import { uneditedFieldDiagnostics } from '../../plan/field-diagnostics.ts'
import { originalReference } from '../../plan/match-input.ts'
import { tryParseReference } from '../../reference/parse.ts'
import type { Digest } from '../../reference/reference.ts'
import { formatDigestList } from '../../report/digest-list.ts'
import { formatImageList, type ImageListFormat, listImages } from '../../report/image-list.ts'
import { VERSION } from '../../version.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { type AllInputs, readAll } from '../io/manifests.ts'
import type { Flags } from '../options/flags.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { openLock } from '../session/lock.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'

const NO_INPUTS: AllInputs = { inputs: [], diagnostics: [], notices: [] }

interface ImagesFlags extends Flags {
  readonly output?: ImageListFormat | undefined
  /** Instead of all images, those that have one of these digests. */
  readonly digest?: readonly Digest[] | undefined
}

/**
 * Lists the distinct images of manifests, with the places where each is used, or those that have a digest. Contacts no registry.
 * @param files files and folders; standard input if there are none
 * @returns the exit code; nothing is listed if the YAML of an input is broken
 */
export async function images(files: readonly string[], flags: ImagesFlags, io: Io): Promise<number> {
  const session = await withChangedFiles(openSession(flags, io), files)
  const { profile } = session
  const known: { image: string; at: Location }[] = []
  const unknown: { image: string; at: Location }[] = []
  const others: Diagnostic[] = []
  // Whether an image has a digest, the lock file also knows by itself.
  const isTyped = files.length === 0 && io.isInputTerminal()
  const { inputs, diagnostics, notices } =
    flags.digest !== undefined && isTyped ? NO_INPUTS : readAll(files, session)
  for (const { source, documents } of inputs) {
    const found = findImages(documents, source, profile.fields)
    for (const field of found.fields) known.push({ image: field.image, at: locationOf(field, source) })
    for (const field of found.unknown) unknown.push({ image: field.image, at: locationAt(field, source) })
    others.push(...uneditedFieldDiagnostics(found, { profile, requirePinned: false }, source))
  }
  if (flags.digest !== undefined) return findDigests(flags.digest, { inputs, diagnostics, notices }, session)
  for (const one of [...notices, ...diagnostics, ...others]) printDiagnostics([one], session)
  if (diagnostics.length > 0) return exitCodeOf(diagnostics)
  io.writeOutput(formatImageList(listImages(known, unknown), flags.output ?? 'table', VERSION))
  return EXIT.done
}

/**
 * Answers whether images have digests, by manifests and the lock file.
 * @returns the exit code: 1 if no image has one of them, and nothing else failed; 2 if something could not be read, so that
 *   nobody knows
 */
function findDigests(
  digests: readonly Digest[],
  { inputs, diagnostics, notices }: AllInputs,
  session: Session<ImagesFlags>,
): number {
  const { flags, io, profile } = session
  const file = openLock(session, false)
  const problems = [...diagnostics, ...(file?.diagnostics ?? [])]
  for (const one of [...notices, ...problems]) printDiagnostics([one], session)
  if (problems.length > 0) return EXIT.usage
  const lock = file?.lock ?? createLock([])
  const used = inputs.flatMap(({ source, documents }) => {
    const found = findImages(documents, source, profile.fields)
    return [
      ...found.fields.map((field) => ({ image: field.image, at: locationOf(field, source) })),
      ...found.unknown.map((field) => ({ image: field.image, at: locationAt(field, source) })),
    ].flatMap(({ image, at }): UsedImage[] => {
      const reference = tryParseReference(image)
      return reference === undefined ? [] : [{ image, at, reference: originalReference(reference, profile) }]
    })
  })
  const answers = digests.map((digest) => findDigestUses(digest, used, lock))
  io.writeOutput(formatDigestList(answers, flags.output ?? 'table', VERSION))
  const isFound = answers.some((answer) => answer.images.length > 0)
  const unknown = unknownIndexes(lock)
  if (unknown.length > 0 && flags.quiet !== true) {
    const names = unknown.slice(0, 3).map(({ reference }) => reference)
    const more = unknown.length > 3 ? ', ...' : ''
    io.writeMessage(
      `${printable(`pinpull images: the manifests of ${unknown.length} locked indexes are not known (${names.join(', ')}${more}): pinpull lock --update adds them`)}\n`,
    )
  }
  return isFound ? EXIT.done : EXIT.input
}
