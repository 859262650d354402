import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { applyChanges } from '../../yaml/edit/document-edit.ts'
import { formatPath } from '../../yaml/lookup.ts'
import type { NodeChange } from '../../yaml/nodes.ts'
import { positionAt } from '../../yaml/position.ts'
import { readSource, type Source } from '../../yaml/source.ts'
import { writerOf } from '../flux-marker.ts'
import { lineEdit } from '../line-edit.ts'
import { pinImage } from '../pinned-image.ts'
import { type EditSession, NO_EDIT, type SourceEdit, type SourceFile } from '../source-edit.ts'
import { rootsOf } from './kustomization.ts'
import { type ImageText, type ObjectOverrides, objectOverrides } from './object-overrides.ts'
import { editOverrides, type OverrideEdits } from './override-edits.ts'

/**
 * Edits the images that objects set with kustomize's means: `spec.images` of a Kustomization of Flux, `kustomize` post-renderers of a
 * HelmRelease, `kustomize.images` of an Application of Argo CD, and transformers of kind ImageTagTransformer. What these render is
 * known in the cluster only.
 *
 * @throws {PinpullError} INPUT_NOT_UTF8
 */
export async function editObjects(file: SourceFile, session: EditSession): Promise<SourceEdit> {
  const source = readSource(file.bytes, file.path)
  const { documents } = readDocuments(source)
  const objects = rootsOf(documents).flatMap(
    ([document, root]) => objectOverrides(document, root, source) ?? [],
  )
  const edits = await Promise.all(objects.map((one) => editObject(one, source, session)))
  const changes = edits.flatMap((edit) => edit.changes)
  const images = edits.flatMap((edit) => edit.images)
  const diagnostics = edits.flatMap((edit) => edit.diagnostics)
  if (changes.length === 0) return { ...NO_EDIT, images, diagnostics }
  const programs = new Set(
    objects.flatMap(({ program }, index) => (edits[index]?.changes.length ? [program] : [])),
  )
  const reason = `${[...programs].join(' and ')} applies it to manifests that are not at hand`
  const subject = file.path
  const unproved: Diagnostic = {
    code: 'SOURCE_NOT_PROVED',
    severity: 'info',
    args: { subject, reason },
    at: { file: subject },
  }
  return {
    files: [{ file, edits: lineEdit(file.bytes, applyChanges(source, documents, changes)) }],
    images,
    proofs: [{ kind: 'not proved', subject, reason }],
    diagnostics: [...diagnostics, unproved],
  }
}

async function editObject(
  { overrides, texts }: ObjectOverrides,
  source: Source,
  session: EditSession,
): Promise<OverrideEdits> {
  const ofOverrides = await editOverrides(overrides, source, undefined, session)
  const ofTexts = await Promise.all(texts.map((text) => editText(text, source, session)))
  return {
    changes: [...ofOverrides.changes, ...ofTexts.flatMap(({ changes }) => changes)],
    images: [...ofOverrides.images, ...ofTexts.flatMap(({ images }) => images)],
    diagnostics: [...ofOverrides.diagnostics, ...ofTexts.flatMap(({ diagnostics }) => diagnostics)],
  }
}

/** Pins the image in a text `[NAME=]IMAGE`. An image without tag and digest has the tag of the resources. */
async function editText(
  { document, path, node }: ImageText,
  source: Source,
  session: EditSession,
): Promise<OverrideEdits> {
  const at: Location = {
    ...(source.file === undefined ? {} : { file: source.file }),
    document: document.index + 1,
    ...positionAt(source, node.start),
    path: formatPath(path),
  }
  const image = node.value.slice(node.value.indexOf('=') + 1)
  const kept = (outcome: 'unchanged' | 'not written', reason: string | undefined): OverrideEdits => ({
    changes: [],
    images: [{ at, before: image, after: image, outcome, reason }],
    diagnostics: [],
  })
  const writer = writerOf(node, source)
  if (writer !== undefined) return kept('unchanged', `written by ${writer}`)
  if (!/[:@]/.test(image.slice(image.lastIndexOf('/') + 1)))
    return kept('not written', 'its tag is that of the resources, which were not built')
  const { result, outcome, reason, diagnostics } = await pinImage(image, at, session)
  if (result === image)
    return { ...kept(outcome === 'failed' ? 'not written' : 'unchanged', reason), diagnostics }
  const name = node.value.slice(0, node.value.length - image.length)
  // With another name, the image needs the old one before it to be found.
  const isRenamed = name === '' && !result.startsWith(image)
  const before = isRenamed ? `${image.replace(/[:@][^/]*$/, '')}=` : name
  const change: NodeChange = { kind: 'set', node, value: `${before}${result}` }
  return {
    changes: [change],
    images: [{ at, before: image, after: result, outcome: 'written' }],
    diagnostics,
  }
}
