import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { HelmOptions } from './helm/chart-source.ts'
import { editValuesFiles } from './helm/values-files.ts'
import { editKustomizations } from './kustomize/kustomization-files.ts'
import { editManifests } from './manifest-files.ts'
import { type EditSession, joinEdits, NO_EDIT, type SourceEdit, type SourceFile } from './source-edit.ts'
import { type SourceKind, sourceKindOf } from './source-kind.ts'

/** A file of a run, with its kind. */
export interface SortedFile extends SourceFile {
  readonly kind: SourceKind
  /** Whether the command names it, and not only a folder that it is in. */
  readonly isNamed: boolean
}

/**
 * Sorts the files of a run by their editors.
 * @param chart the chart for which files are named; they are values of it then
 */
export function sortFiles(
  files: readonly (SourceFile & { readonly isNamed: boolean })[],
  { disk }: Pick<EditSession, 'disk'>,
  chart?: string,
): readonly SortedFile[] {
  return files.map((file) => {
    const kind = chart !== undefined && file.isNamed ? 'values' : sourceKindOf(file, disk)
    return { ...file, kind }
  })
}

/**
 * Plans the edits of all files of a run.
 * @param helm what the command line says about charts
 */
export async function editSources(
  files: readonly SortedFile[],
  session: EditSession,
  helm: HelmOptions,
): Promise<SourceEdit> {
  const ofKind = (kind: SourceKind): SortedFile[] => files.filter((file) => file.kind === kind)
  const manifests = await editManifests(ofKind('manifest'), session)
  const values = await editValuesFiles(ofKind('values'), session, helm)
  const kustomizations = await editKustomizations(ofKind('kustomization'), session, manifests.files)
  const left = { ...NO_EDIT, diagnostics: leftFiles(files) }
  return joinEdits([manifests, values, kustomizations, left])
}

/** Reports files that were named, and have no editor. In a folder they are expected. */
function leftFiles(files: readonly SortedFile[]): readonly Diagnostic[] {
  return files.flatMap(({ kind, isNamed, path }) => {
    if (kind !== 'chart' || !isNamed) return []
    const args = {
      file: path,
      reason: 'it is a part of a chart, and its images come from the values',
      advice: 'name the values instead, such as values.yaml of the chart',
    }
    return [{ code: 'SOURCE_LEFT', severity: 'warning', args, at: { file: path } }]
  })
}
