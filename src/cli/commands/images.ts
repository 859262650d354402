import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { findImages } from '../../kube/find/find-images.ts'
import { placeAt, placeOf } from '../../kube/location.ts'
import { fieldDiagnostics } from '../../plan/field-diagnostics.ts'
import { formatDiagnostic } from '../../report/diagnostic-text.ts'
import { formatImageList, type ImageListFormat, listImages } from '../../report/image-list.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import { readAll } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import { messageColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'

interface ImagesFlags extends Flags {
  readonly format?: ImageListFormat | undefined
}

/**
 * Lists the distinct images of manifests, with where each is used. Nobody is asked.
 * @param files files and folders; standard input where there are none
 * @returns the exit code; nothing is listed where an input is no YAML
 */
export async function images(files: readonly string[], flags: ImagesFlags, io: Io): Promise<number> {
  const profile = chooseProfile(undefined, await loadConfig(flags.config, io))
  const known: { image: string; at: Location }[] = []
  const unknown: { image: string; at: Location }[] = []
  const findings: Diagnostic[] = []
  const { inputs, diagnostics, remarks } = readAll(files, io, flags)
  for (const { source, documents } of inputs) {
    const found = findImages(documents, source, profile.fields)
    for (const field of found.fields) known.push({ image: field.image, at: placeOf(field, source) })
    for (const field of found.unknown) unknown.push({ image: field.image, at: placeAt(field, source) })
    findings.push(...fieldDiagnostics(found, { profile, requirePinned: false }, source))
  }
  for (const one of [...remarks, ...diagnostics, ...findings]) {
    io.writeMessage(`${formatDiagnostic(one, messageColor(flags, io))}\n`)
  }
  if (diagnostics.length > 0) return exitCodeOf(diagnostics)
  io.writeOutput(formatImageList(listImages(known, unknown), flags.format ?? 'table'))
  return EXIT.done
}
