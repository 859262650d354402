import { findImages } from '../../kube/find/find-images.ts'
import { findLeft } from '../../kube/find/unmatched.ts'
import { placeAt, placeOf } from '../../kube/location.ts'
import { formatDiagnostic } from '../../report/diagnostic-text.ts'
import {
  type FieldListFormat,
  formatFieldList,
  type ListedField,
  type ListedString,
} from '../../report/field-list.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import { readAll } from '../io/inputs.ts'
import type { Io } from '../io/io.ts'
import { messageColor } from '../io/terminal.ts'
import type { Flags } from '../options/flags.ts'
import { chooseProfile, loadConfig } from '../session/config.ts'

interface FieldsFlags extends Flags {
  readonly format?: FieldListFormat | undefined
}

/**
 * Lists which rule found which image, and which strings look like images and are left alone, and why. Nobody is asked.
 * @param files files and folders; standard input where there are none
 * @returns the exit code: 1 where an input is no YAML
 */
export async function fields(files: readonly string[], flags: FieldsFlags, io: Io): Promise<number> {
  const { fields: options } = chooseProfile(undefined, await loadConfig(flags.config, io))
  const found: ListedField[] = []
  const left: ListedString[] = []
  const { inputs, diagnostics, remarks } = readAll(files, io, flags)
  for (const { source, documents } of inputs) {
    const images = findImages(documents, source, options)
    for (const field of images.fields) {
      const { rule, image, policy } = field
      found.push({
        rule,
        image,
        ...(policy === undefined ? {} : { policy: policy.key }),
        at: placeOf(field, source),
      })
    }
    for (const one of findLeft(documents, source, options, images)) {
      left.push({ text: one.text, reason: one.reason, at: placeAt(one, source) })
    }
    for (const one of images.unreadable) {
      left.push({ text: `(${one.is})`, reason: 'an image is required here', at: placeAt(one, source) })
    }
    for (const { reason, ...one } of images.refused) {
      left.push({ text: '(a document)', reason, at: placeAt(one, source) })
    }
  }
  for (const one of [...remarks, ...diagnostics]) {
    io.writeMessage(`${formatDiagnostic(one, messageColor(flags, io))}\n`)
  }
  if (diagnostics.length > 0) return exitCodeOf(diagnostics)
  io.writeOutput(formatFieldList({ found, left }, flags.format ?? 'table'))
  return EXIT.done
}
