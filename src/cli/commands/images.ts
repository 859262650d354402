import type { Place } from '../../diagnostics/diagnostic.ts'
import { findImages } from '../../kube/find.ts'
import { placeOf } from '../../kube/place.ts'
import { formatDiagnostic } from '../../report/finding-text.ts'
import { formatImageList, type ImageListFormat, listImages } from '../../report/image-list.ts'
import { messageColor } from '../color.ts'
import type { ProfileFlags } from '../common-options.ts'
import { chooseProfile, loadConfig } from '../config.ts'
import { EXIT, exitCodeOf } from '../exit.ts'
import type { Io } from '../io.ts'
import { readAll } from '../named-input.ts'

export interface ImagesFlags extends Pick<ProfileFlags, 'config'> {
  readonly format?: ImageListFormat
  readonly color: boolean
}

/**
 * Lists the distinct images of manifests, with where each is used. Nobody is asked.
 * @param files files and folders; standard input where there are none
 * @returns the exit code; nothing is listed where an input is no YAML
 */
export async function images(files: readonly string[], flags: ImagesFlags, io: Io): Promise<number> {
  const { fields } = chooseProfile(undefined, await loadConfig(flags.config, io))
  const found: { image: string; at: Place }[] = []
  const { inputs, diagnostics, remarks } = readAll(files, io)
  for (const { source, documents } of inputs) {
    for (const field of findImages(documents, source, fields).fields) {
      found.push({ image: field.image, at: placeOf(field, source) })
    }
  }
  for (const one of [...remarks, ...diagnostics]) {
    io.writeMessage(`${formatDiagnostic(one, messageColor(flags, io))}\n`)
  }
  if (diagnostics.length > 0) return exitCodeOf(diagnostics)
  io.writeOutput(formatImageList(listImages(found), flags.format ?? 'table'))
  return EXIT.done
}
