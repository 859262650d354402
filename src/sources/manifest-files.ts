import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { PinpullError } from '../diagnostics/errors.ts'
import type { ImageEntry } from '../report/report.ts'
import { applyEdits } from '../yaml/edit/splice.ts'
import { editObjects } from './kustomize/object-files.ts'
import { lineEdit } from './line-edit.ts'
import {
  type EditSession,
  joinEdits,
  NO_EDIT,
  type SourceEdit,
  type SourceEditor,
  type SourceFile,
  type SourceImage,
} from './source-edit.ts'

/** Edits manifests as the filter does, each in its place. The filter itself has compared every document with the plan. */
export const editManifests: SourceEditor = async (files, session) =>
  joinEdits(await Promise.all(files.map((file) => editManifest(file, session))))

async function editManifest(file: SourceFile, session: EditSession): Promise<SourceEdit> {
  try {
    const { output, report } = await session.transform(file.bytes, file.path)
    const objects = await editObjects(file, session)
    const [edited] = objects.files
    // Both change different documents, and each describes places in the file as it is.
    const both =
      edited === undefined
        ? output
        : (await session.transform(applyEdits(file.bytes, edited.edits), file.path)).output
    const edits = both === undefined ? [] : lineEdit(file.bytes, both)
    return {
      files: edits.length === 0 ? [] : [{ file, edits }],
      images: [...report.images.map(sourceImage), ...objects.images],
      proofs: objects.proofs,
      diagnostics: [...withoutEdited(report.diagnostics, objects.images), ...objects.diagnostics],
    }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args, at } = error
    return { ...NO_EDIT, diagnostics: [{ code, severity: 'error', args, ...(at && { at }) }] }
  }
}

/** What happens to an image field of a manifest. A rewrite changes a name without pinning it. */
function sourceImage({ at, image, result, outcome, reason }: ImageEntry): SourceImage {
  const isChanged = image !== result
  return {
    at,
    before: image,
    after: result,
    outcome: isChanged ? 'written' : outcome === 'failed' ? 'not written' : 'unchanged',
    ...(isChanged || reason === undefined ? {} : { reason }),
  }
}

/** Drops what the filter says about fields that it does not search by itself, and that were edited all the same. */
function withoutEdited(
  diagnostics: readonly Diagnostic[],
  edited: readonly SourceImage[],
): readonly Diagnostic[] {
  return diagnostics.filter(
    ({ code, at }) =>
      code !== 'FIELD_OPTIONAL' ||
      !edited.some(
        (image) => image.at.document === at?.document && at?.path?.startsWith(`${image.at.path}.`),
      ),
  )
}
