import type { Profile } from '../../config/profile.ts'
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { printable } from '../../diagnostics/printable.ts'
import { findDigestUses, type UsedImage, unknownIndexes } from '../../inventory/digest-uses.ts'
import { findImages } from '../../kube/find/find-images.ts'
import { locationAt, locationOf } from '../../kube/location.ts'
import { createLock } from '../../lock/lock.ts'
import { uneditedFieldDiagnostics } from '../../plan/field-diagnostics.ts'
import { originalReference } from '../../plan/match-input.ts'
import type { Stream } from '../../plan/stream-decisions.ts'
import { tryParseReference } from '../../reference/parse.ts'
import type { Digest } from '../../reference/reference.ts'
import { formatDigestList } from '../../report/digest-list.ts'
import { formatImageList, type ImageListFormat, listImages } from '../../report/image-list.ts'
import { VERSION } from '../../version.ts'
import { type AllVisited, NOTHING_VISITED, visitAll } from '../io/every-document.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { openLock } from '../session/lock.ts'
import { openSession, printDiagnostics, type Session } from '../session/session.ts'

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
  // Whether an image has a digest, the lock file also knows by itself.
  const isTyped = files.length === 0 && io.isInputTerminal()
  const all: AllVisited<UsedImages> =
    flags.digest !== undefined && isTyped
      ? NOTHING_VISITED
      : await visitAll(files, session, (input) => usedImages(input, profile))
  if (flags.digest !== undefined) return findDigests(flags.digest, all, session)
  const { visited, diagnostics, notices } = all
  const others = visited.flatMap((one) => one.diagnostics)
  for (const one of [...notices, ...diagnostics, ...others]) printDiagnostics([one], session)
  if (diagnostics.length > 0) return exitCodeOf(diagnostics)
  const known = visited.flatMap((one) => one.known)
  const unknown = visited.flatMap((one) => one.unknown)
  io.writeOutput(formatImageList(listImages(known, unknown), flags.output ?? 'table', VERSION))
  return EXIT.done
}

interface Use {
  readonly image: string
  readonly at: Location
}

/** The images of one input. */
interface UsedImages {
  readonly known: readonly Use[]
  readonly unknown: readonly Use[]
  readonly diagnostics: readonly Diagnostic[]
}

function usedImages({ source, documents }: Stream, profile: Profile): UsedImages {
  const found = findImages(documents, source, profile.fields)
  return {
    known: found.fields.map((field) => ({ image: field.image, at: locationOf(field, source) })),
    unknown: found.unknown.map((field) => ({ image: field.image, at: locationAt(field, source) })),
    diagnostics: uneditedFieldDiagnostics(found, { profile, requirePinned: false }, source),
  }
}

/**
 * Answers whether images have digests, by manifests and the lock file.
 * @returns the exit code: 1 if no image has one of them, and nothing else failed; 2 if something could not be read, so that
 *   nobody knows
 */
function findDigests(
  digests: readonly Digest[],
  { visited, diagnostics, notices }: AllVisited<UsedImages>,
  session: Session<ImagesFlags>,
): number {
  const { flags, io, profile } = session
  const file = openLock(session, false)
  const problems = [...diagnostics, ...(file?.diagnostics ?? [])]
  for (const one of [...notices, ...problems]) printDiagnostics([one], session)
  if (problems.length > 0) return EXIT.usage
  const lock = file?.lock ?? createLock([])
  const used = visited
    .flatMap((one) => [...one.known, ...one.unknown])
    .flatMap(({ image, at }): UsedImage[] => {
      const reference = tryParseReference(image)
      return reference === undefined ? [] : [{ image, at, reference: originalReference(reference, profile) }]
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
