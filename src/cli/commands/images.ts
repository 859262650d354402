import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { findImages } from '../../kube/find/find-images.ts'
import { locationAt, locationOf } from '../../kube/location.ts'
import { uneditedFieldDiagnostics } from '../../plan/field-diagnostics.ts'
import { formatImageList, type ImageListFormat, listImages } from '../../report/image-list.ts'
import { VERSION } from '../../version.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { readAll } from '../io/manifests.ts'
import type { Flags } from '../options/flags.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { openSession, printDiagnostics } from '../session/session.ts'

interface ImagesFlags extends Flags {
  readonly output?: ImageListFormat | undefined
}

/**
 * Lists the distinct images of manifests, with the places where each is used. Contacts no registry.
 * @param files files and folders; standard input if there are none
 * @returns the exit code; nothing is listed if the YAML of an input is broken
 */
export async function images(files: readonly string[], flags: ImagesFlags, io: Io): Promise<number> {
  const session = await withChangedFiles(openSession(flags, io), files)
  const { profile } = session
  const known: { image: string; at: Location }[] = []
  const unknown: { image: string; at: Location }[] = []
  const others: Diagnostic[] = []
  const { inputs, diagnostics, notices } = readAll(files, session)
  for (const { source, documents } of inputs) {
    const found = findImages(documents, source, profile.fields)
    for (const field of found.fields) known.push({ image: field.image, at: locationOf(field, source) })
    for (const field of found.unknown) unknown.push({ image: field.image, at: locationAt(field, source) })
    others.push(...uneditedFieldDiagnostics(found, { profile, requirePinned: false }, source))
  }
  for (const one of [...notices, ...diagnostics, ...others]) printDiagnostics([one], session)
  if (diagnostics.length > 0) return exitCodeOf(diagnostics)
  io.writeOutput(formatImageList(listImages(known, unknown), flags.output ?? 'table', VERSION))
  return EXIT.done
}
