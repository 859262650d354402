import { findImages } from '../../kube/find/find-images.ts'
import { findUnmatched } from '../../kube/find/unmatched.ts'
import { locationAt, locationOf } from '../../kube/location.ts'
import {
  type FieldListFormat,
  formatFieldList,
  type ListedField,
  type ListedString,
} from '../../report/field-list.ts'
import { VERSION } from '../../version.ts'
import { visitAll } from '../io/every-document.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import type { Flags } from '../options/flags.ts'
import { withChangedFiles } from '../session/changed-files.ts'
import { openSession, printDiagnostics } from '../session/session.ts'

interface FieldsFlags extends Flags {
  readonly output?: FieldListFormat | undefined
}

/**
 * Lists which rule found which image, and which strings look like images but are ignored, and why. Contacts no registry.
 * @param files files and folders; standard input if there are none
 * @returns the exit code: 1 if the YAML of an input is broken
 */
export async function fields(files: readonly string[], flags: FieldsFlags, io: Io): Promise<number> {
  const session = await withChangedFiles(openSession(flags, io), files)
  const { fields: options } = session.profile
  const { visited, diagnostics, notices } = await visitAll(files, session, ({ source, documents }) => {
    const found: ListedField[] = []
    const left: ListedString[] = []
    const images = findImages(documents, source, options)
    for (const field of images.fields) {
      const { rule, image, policy } = field
      found.push({
        rule,
        image,
        ...(policy === undefined ? {} : { policy: policy.key }),
        at: locationOf(field, source),
      })
    }
    for (const one of findUnmatched(documents, source, options, images)) {
      left.push({ text: one.text, reason: one.reason, at: locationAt(one, source) })
    }
    for (const one of images.unreadable) {
      left.push({ text: `(${one.is})`, reason: 'an image is required here', at: locationAt(one, source) })
    }
    for (const { reason, ...one } of images.unreadableTexts) {
      left.push({ text: '(a document)', reason, at: locationAt(one, source) })
    }
    return { found, left }
  })
  for (const one of [...notices, ...diagnostics]) printDiagnostics([one], session)
  if (diagnostics.length > 0) return exitCodeOf(diagnostics)
  const found = visited.flatMap((one) => one.found)
  const left = visited.flatMap((one) => one.left)
  io.writeOutput(formatFieldList({ found, left }, flags.output ?? 'table', VERSION))
  return EXIT.done
}
