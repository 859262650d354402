import { dirname, join } from 'node:path'
import { readDocuments } from '../../yaml/documents.ts'
import { findEncodingError } from '../../yaml/encoding.ts'
import { readSource } from '../../yaml/source.ts'
import type { SourceFile } from '../source-edit.ts'
import { pathsOf, rootsOf } from './kustomization.ts'

/**
 * Lists the files that kustomizations patch resources with. They look like objects, and lack what they do not change: a container in
 * a patch needs no image.
 * @param kustomizations of the run
 * @returns paths as those of the kustomizations begin
 */
export function patchFiles(kustomizations: readonly SourceFile[]): ReadonlySet<string> {
  return new Set(
    kustomizations.flatMap(({ path, bytes }) =>
      findEncodingError(bytes) !== undefined
        ? []
        : rootsOf(readDocuments(readSource(bytes, path)).documents)
            .flatMap(([, root]) => pathsOf(root).files)
            .map((file) => join(dirname(path), file)),
    ),
  )
}
