import { dirname, join, normalize } from 'node:path'
import { UsageError } from '../../diagnostics/errors.ts'
import { applyEdits } from '../../yaml/edit/splice.ts'
import { type EditSession, joinEdits, type SourceEdit, type SourceFile } from '../source-edit.ts'
import { chartOf } from '../source-kind.ts'
import { type ChartSource, editChartValues, type ValuesInput } from './helm-editor.ts'

/** What the command line says about charts. */
export interface HelmOptions {
  /** The chart that the files are values of: a folder or an archive; absent for files in the folder of their chart. */
  readonly chart?: string | undefined
  /** Further files with values, which are weaker than those that are edited, and stay as they are. */
  readonly values: readonly string[]
  /** The name of the release. */
  readonly release: string
  /** Further arguments of `helm template`. */
  readonly options: readonly string[]
}

/** The name that `helm template` gives to a release without one. */
export const DEFAULT_RELEASE = 'release-name'

/** A file with values, which a command names or found in a folder. */
export interface NamedValues extends SourceFile {
  readonly isNamed: boolean
}

/**
 * Pins images in the values of charts. With `chart`, all files are values of it together, as if they were given to Helm in this order.
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
    chart: string,
    own: readonly ValuesInput[],
    others: readonly ValuesInput[],
    isNamed: boolean,
  ) => {
    const { release, options } = helm
    const source: ChartSource = {
      chart,
      helm: { release, options },
      values: [...own, ...weaker, ...others],
      isNamed,
    }
    return editChartValues(source, session)
  }
  if (helm.chart !== undefined) {
    const { chart } = helm
    if (files.length === 0) return joinEdits([])
    const inputs = files.map((file) => valuesInput(file, chart))
    const own = inputs.filter(({ isChart }) => isChart)
    return edit(
      chart,
      own,
      inputs.filter(({ isChart }) => !isChart),
      true,
    )
  }
  const edits: SourceEdit[] = []
  for (const [chart, inputs] of byChart(files, session)) {
    const isNamed = inputs.some(({ file }) => files.find(({ path }) => path === file.path)?.isNamed)
    let own = inputs.filter(({ isChart }) => isChart)
    if (own.length > 0) {
      const first = await edit(chart, own, [], isNamed)
      edits.push(first)
      // The values of an environment are weighed against the chart as it will be.
      own = own.map((input) => ({ ...input, isEdited: false, file: editedFile(input.file, first) }))
    }
    for (const input of inputs.filter(({ isChart }) => !isChart)) {
      edits.push(await edit(chart, own, [input], isNamed))
    }
  }
  return joinEdits(edits)
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

function editedFile(file: SourceFile, { files }: SourceEdit): SourceFile {
  const edits = files.find(({ file: { path } }) => path === file.path)?.edits
  return edits === undefined ? file : { ...file, bytes: applyEdits(file.bytes, edits) }
}
