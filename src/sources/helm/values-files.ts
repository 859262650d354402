import { dirname, join, normalize, relative } from 'node:path'
import { UsageError } from '../../diagnostics/errors.ts'
import { applyEdits } from '../../yaml/edit/splice.ts'
import { type EditSession, joinEdits, NO_EDIT, type SourceEdit, type SourceFile } from '../source-edit.ts'
import { chartOf, VALUES_NAME } from '../source-kind.ts'
import type { ChartSource, HelmOptions, ValuesInput } from './chart-source.ts'
import { editChartValues } from './helm-editor.ts'
import { editReleases } from './release-files.ts'
import { findReleaseObjects } from './release-values.ts'

/** A file with values, which a command names or found in a folder. */
export interface NamedValues extends SourceFile {
  readonly isNamed: boolean
}

/**
 * Pins images in the values of charts. With `chart`, all files are values of it together, as if they were given to Helm in this order,
 * or have objects of Flux or Argo CD with values of releases of it.
 * Otherwise the `values.yaml` of a chart comes first, and every other file in its folder is the values of an environment of its own.
 * @throws {UsageError} FILE_NOT_READ for a file of `values` that does not exist
 */
export async function editValuesFiles(
  files: readonly NamedValues[],
  session: EditSession,
  helm: HelmOptions,
): Promise<SourceEdit> {
  const weaker = helm.values.map((path): ValuesInput => {
    const bytes = session.disk.read(path)
    if (bytes === undefined) {
      throw new UsageError('FILE_NOT_READ', { file: path, reason: 'no such file' })
    }
    return { file: { path, bytes }, isEdited: false, isChart: false }
  })
  const edit = (
    source: Pick<ChartSource, 'chart' | 'values' | 'isNamed' | 'chartAfter'>,
  ): Promise<SourceEdit> =>
    editChartValues({ ...source, helm: { release: helm.release, options: helm.options } }, session)
  if (helm.chart !== undefined) {
    const { chart } = helm
    if (files.length === 0) return NO_EDIT
    const objects = files.flatMap((file) => findReleaseObjects(file).map((object) => ({ file, object })))
    if (objects.length > 0) return editReleases(objects, chart, weaker, session, helm)
    const inputs = files.map((file) => valuesInput(file, chart))
    const [own, others] = [inputs.filter(isChart), inputs.filter((input) => !isChart(input))]
    return edit({ chart, values: [...own, ...weaker, ...others], isNamed: true })
  }
  const edits: SourceEdit[] = []
  for (const [chart, inputs] of byChart(files, session)) {
    const isNamed = inputs.some(({ file }) => files.find(({ path }) => path === file.path)?.isNamed)
    const own = inputs.find(isChart)
    const isNamedChart = helm.paths.some((path) => relative(path, chart) === '')
    const first = own && (await edit({ chart, values: [own, ...weaker], isNamed: isNamed || isNamedChart }))
    if (first !== undefined) edits.push(first)
    const changed = first?.files[0]
    const chartAfter = changed && applyEdits(changed.file.bytes, changed.edits)
    const unedited = own === undefined ? [] : [{ ...own, isEdited: false }]
    const others = inputs.filter((input) => !isChart(input))
    const unnamed = chartAfter === undefined ? [] : otherValues(chart, inputs, session)
    for (const input of [...others, ...unnamed]) {
      edits.push(await edit({ chart, values: [...unedited, ...weaker, input], isNamed, chartAfter }))
    }
  }
  return joinEdits(edits)
}

function isChart(input: ValuesInput): boolean {
  return input.isChart
}

/** The other values files of a chart's folder: they are not edited, but must keep their images when the chart's own values change. */
function otherValues(
  chart: string,
  known: readonly ValuesInput[],
  { disk }: EditSession,
): readonly ValuesInput[] {
  return (disk.list(chart) ?? []).flatMap(({ name, kind }) => {
    const path = join(chart, name)
    const isKnown = known.some(({ file }) => normalize(file.path) === path)
    if (kind !== 'file' || !VALUES_NAME.test(name) || isKnown) return []
    const bytes = disk.read(path)
    return bytes === undefined ? [] : [{ file: { path, bytes }, isEdited: false, isChart: false }]
  })
}

function byChart(files: readonly NamedValues[], { disk }: EditSession): Map<string, ValuesInput[]> {
  const charts = new Map<string, ValuesInput[]>()
  for (const file of files) {
    const chart = chartOf(file.path, disk) ?? dirname(file.path)
    charts.set(chart, [...(charts.get(chart) ?? []), valuesInput(file, chart)])
  }
  return charts
}

function valuesInput(file: SourceFile, chart: string): ValuesInput {
  return { file, isEdited: true, isChart: normalize(file.path) === normalize(join(chart, 'values.yaml')) }
}
