import { basename, join } from 'node:path'
import { readDocuments } from '../../yaml/documents.ts'
import type { Edit } from '../../yaml/nodes.ts'
import { readSource } from '../../yaml/source.ts'
import { type EditSession, joinEdits, NO_EDIT, type SourceEdit, type SourceFile } from '../source-edit.ts'
import { DEFAULT_RELEASE, type HelmOptions, type ValuesInput } from './chart-source.ts'
import { editChartValues } from './helm-editor.ts'
import type { ReleaseObject } from './release-values.ts'

export interface FoundRelease {
  readonly file: SourceFile
  readonly object: ReleaseObject
}

/** Edits the values within objects of Flux and Argo CD: those of the named chart, each as its controller renders it. */
export async function editReleases(
  found: readonly FoundRelease[],
  chart: string,
  weaker: readonly ValuesInput[],
  session: EditSession,
  helm: HelmOptions,
): Promise<SourceEdit> {
  const name = chartName(chart, session)
  const own = found.filter(({ object }) => object.chart === undefined || object.chart === name)
  if (own.length === 0)
    return joinEdits(found.map((one) => left(one, `it is no release of the chart ${name}`)))
  const edits: SourceEdit[] = []
  for (const one of own) {
    const { file, object } = one
    const { place, parameters, document, elsewhere } = object
    if (elsewhere.length > 0 && weaker.length === 0) {
      edits.push(left(one, `its ${elsewhere.join(' and ')} cannot be read: pass these values with --values`))
    } else if (place === undefined && parameters.size === 0) {
      edits.push(left(one, 'it has no values to edit'))
    } else {
      const values = place === undefined ? [] : [{ file, place, isEdited: true, isChart: false }]
      edits.push(
        await editChartValues(
          {
            chart,
            values: [...weaker, ...values],
            helm: {
              release: helm.release === DEFAULT_RELEASE ? object.release : helm.release,
              options: [...object.options, ...helm.options],
            },
            isNamed: true,
            parameters: { file, document, paths: parameters },
          },
          session,
        ),
      )
    }
  }
  return mergeFiles(joinEdits(edits))
}

function left({ file, object }: FoundRelease, reason: string): SourceEdit {
  const args = {
    file: file.path,
    reason: `${object.name}: ${reason}`,
    advice: 'see docs/pin-helm-values.md: Flux and Argo CD',
  }
  return {
    ...NO_EDIT,
    diagnostics: [{ code: 'SOURCE_LEFT', severity: 'error', args, at: { file: file.path } }],
  }
}

/** The name in `Chart.yaml`; that of an archive is before its version. */
function chartName(chart: string, { disk }: EditSession): string {
  const bytes = disk.list(chart) === undefined ? undefined : disk.read(join(chart, 'Chart.yaml'))
  const root = bytes && readDocuments(readSource(bytes)).documents[0]?.contents
  const name = root?.kind === 'mapping' ? root.stringAt('name') : undefined
  return name ?? basename(chart).replace(/-v?\d[\w.+-]*\.tgz$/, '')
}

/** Joins the edits of one file, in which several objects were edited. */
function mergeFiles(edit: SourceEdit): SourceEdit {
  const byFile = new Map<SourceFile, Edit[]>()
  for (const { file, edits } of edit.files) byFile.set(file, [...(byFile.get(file) ?? []), ...edits])
  const files = [...byFile].map(([file, edits]) => ({
    file,
    edits: edits.toSorted((a, b) => a.start - b.start),
  }))
  return { ...edit, files }
}
