import { join } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { describeDiagnostic } from '../../report/report-data.ts'
import type { Transformed } from '../../transform.ts'
import { compareRenders, type RenderComparison } from '../render-comparison.ts'
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
 * @param hasOthers whether manifests are changed, too, which may also get pull policies: then this run must make the same of both builds
 * @returns the proof, or the error SOURCE_CHANGES_MORE
 */
export async function proveBuild(
  subject: Subject,
  before: Transformed,
  contents: ReadonlyMap<string, Uint8Array>,
  hasOthers: boolean,
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
      const compared = hasOthers
        ? await compareOutputs(before, after.bytes, session)
        : compareRenders(before, after.bytes)
      if (compared === undefined)
        return { kind: 'not proved', subject: path, reason: 'an image that it makes cannot be pinned' }
      if (compared.others.length > 0) return changesMore(path, compared.others.join('; '))
      return { kind: 'proved', subject: path, by: builder.name }
    }
  }
}

/** Compares what this run makes of two builds: an image with a digest stays as it is, so a wrong digest is found. */
async function compareOutputs(
  before: Transformed,
  after: Uint8Array,
  { transform }: EditSession,
): Promise<Pick<RenderComparison, 'others'> | undefined> {
  if (before.output === undefined) return undefined
  const { output, report } = await transform(after)
  if (output !== undefined) return compareRenders(await transform(before.output), output)
  const errors = report.diagnostics.filter(({ severity }) => severity === 'error')
  return { others: errors.map((one) => describeDiagnostic(one).message) }
}

function changesMore(subject: string, difference: string): Diagnostic {
  const args = { subject, difference, command: 'kustomize build FOLDER | pinpull' }
  return { code: 'SOURCE_CHANGES_MORE', severity: 'error', args, at: { file: subject } }
}
