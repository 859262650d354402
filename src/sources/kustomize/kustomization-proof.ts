import { join } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Transformed } from '../../transform.ts'
import { compareRenders } from '../render-comparison.ts'
import type { EditSession, Proof, SourceFile } from '../source-edit.ts'
import { copyTree, type KustomizationTree } from './kustomization-tree.ts'
import type { Builder } from './kustomize-build.ts'

/** A kustomization to build. */
interface Subject {
  readonly file: SourceFile
  readonly tree: KustomizationTree
}

/** What a copy of a kustomization makes, or why it could not be built. */
export type BuildAfter =
  | { readonly kind: 'built'; readonly bytes: Uint8Array }
  | { readonly kind: 'too large' }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * Builds a kustomization with changed files, in a copy.
 * @param contents the new contents of files, by absolute path
 */
export function buildChanged(
  { tree }: Subject,
  contents: ReadonlyMap<string, Uint8Array>,
  builder: Builder,
  { disk }: Pick<EditSession, 'disk'>,
): Promise<BuildAfter> {
  return disk.withFolder(async (folder): Promise<BuildAfter> => {
    const copied = copyTree(tree, folder, disk, contents)
    if (copied === undefined) return { kind: 'too large' }
    const built = await builder.build(join(folder.path, copied))
    if (built.kind === 'done') return { kind: 'built', bytes: Buffer.from(built.stdout) }
    return { kind: 'failed', reason: built.kind === 'failed' ? built.reason : 'the program has gone' }
  })
}

/**
 * Builds a kustomization with its change, and compares: only images may differ, and only as this run makes them.
 * @param before what this run makes of the build without the change
 * @returns the proof, or the error SOURCE_CHANGES_MORE
 */
export async function proveBuild(
  subject: Subject,
  before: Transformed,
  contents: ReadonlyMap<string, Uint8Array>,
  builder: Builder,
  session: EditSession,
): Promise<Proof | Diagnostic> {
  const { path } = subject.file
  const after = await buildChanged(subject, contents, builder, session)
  switch (after.kind) {
    case 'too large':
      return { kind: 'not proved', subject: path, reason: 'its folders are too large to copy' }
    case 'failed':
      return changesMore(path, `${builder.name} cannot build it any more: ${after.reason}`)
    case 'built': {
      const { others } = compareRenders(before, after.bytes)
      if (others.length > 0) return changesMore(path, others.join('; '))
      return { kind: 'proved', subject: path, by: builder.name }
    }
  }
}

function changesMore(subject: string, difference: string): Diagnostic {
  const args = { subject, difference, command: 'kustomize build FOLDER | pinpull' }
  return { code: 'SOURCE_CHANGES_MORE', severity: 'error', args, at: { file: subject } }
}
