import { dirname, relative } from 'node:path'
import type { FindWriter } from '../../plan/decision.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { findEncodingError } from '../../yaml/encoding.ts'
import { readSource } from '../../yaml/source.ts'
import type { SourceDisk } from '../source-disk.ts'
import type { SourceFile } from '../source-edit.ts'
import { overridesAt, rootsOf } from './kustomization.ts'
import { readTree } from './kustomization-tree.ts'
import { nameOf } from './override-edits.ts'

/**
 * Tells which images of manifests kustomize gives another name. The name in the manifest is then often no image at all, such as
 * `controller:latest`, and its digest would be wrong under the new name. It is the entry of `images` that is pinned.
 * @param kustomizations of the run
 */
export function renamedImages(
  kustomizations: readonly SourceFile[],
  disk: Pick<SourceDisk, 'read'>,
): FindWriter {
  const renaming = kustomizations.flatMap(({ path, bytes }) => {
    const names = renamedNames({ path, bytes })
    return names.size === 0 ? [] : [{ names, folders: readTree(dirname(path), disk).folders }]
  })
  return ({ image }, { file }) => {
    if (file === undefined) return undefined
    const name = nameOf(image)
    const isRenamed = renaming.some(
      ({ names, folders }) => names.has(name) && folders.some((folder) => isBelow(file, folder)),
    )
    return isRenamed ? 'kustomize' : undefined
  }
}

function renamedNames({ path, bytes }: SourceFile): ReadonlySet<string> {
  if (findEncodingError(bytes) !== undefined) return new Set()
  const source = readSource(bytes, path)
  const overrides = rootsOf(readDocuments(source).documents).flatMap(([document, root]) =>
    overridesAt(document, root, ['images'], source),
  )
  return new Set(
    overrides.flatMap(({ name, image }) => (image.kind !== 'invalid' && image.name !== name ? [name] : [])),
  )
}

/** Whether a file is in a folder, or in one below it: kustomize reads no file above a kustomization. */
export function isBelow(file: string, folder: string): boolean {
  const path = relative(folder, file)
  return path !== '' && path !== '..' && !path.startsWith('../')
}
