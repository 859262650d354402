import type { FieldPath } from '../../yaml/nodes.ts'
import type { SourceFile } from '../source-edit.ts'
import type { HelmArguments } from './helm-program.ts'
import type { ValuesPlace } from './values-place.ts'

/** A chart with the values that it is rendered with. */
export interface ChartSource {
  /** A folder, or an archive that `helm package` has made. */
  readonly chart: string
  readonly helm: HelmArguments
  /** The files with values, the weakest first. Those of the chart itself count as the first of all. */
  readonly values: readonly ValuesInput[]
  /** Parameters of an Argo CD Application, which win over all values. */
  readonly parameters?: EditableParameters | undefined
  /**
   * What the chart's own values become in the same run, if an edit of them is planned already: together with it the images must be
   * the same. The values of `values` are those before.
   */
  readonly chartAfter?: Uint8Array | undefined
  /** Whether the command names the values or the chart: it is an error then if the chart cannot be rendered. */
  readonly isNamed: boolean
}

/** Values that are options of Helm, and are in a file all the same. */
export interface EditableParameters {
  readonly file: SourceFile
  /** The position of the document in the file, from 0. */
  readonly document: number
  /** Where the value of a parameter is in the document, by the name that `--set` has for it. */
  readonly paths: ReadonlyMap<string, FieldPath>
}

/** A file with values for a chart. */
export interface ValuesInput {
  readonly file: SourceFile
  /** Where in the file the values are; absent if the file has nothing else. */
  readonly place?: ValuesPlace | undefined
  /** Whether the file may be edited. */
  readonly isEdited: boolean
  /** Whether it is the chart's own `values.yaml`. */
  readonly isChart: boolean
}

/** What the command line says about charts. */
export interface HelmOptions {
  /** The chart that the files are values of: a folder or an archive; absent for files in the folder of their chart. */
  readonly chart?: string | undefined
  /** The files and folders that the command names: if the folder of a chart is one of them, it must be possible to render the chart. */
  readonly paths: readonly string[]
  /** Further files with values, which are weaker than those that are edited, and stay as they are. */
  readonly values: readonly string[]
  /** The name of the release. */
  readonly release: string
  /** Further arguments of `helm template`. */
  readonly options: readonly string[]
}

/** The name that `helm template` gives to a release without one. */
export const DEFAULT_RELEASE = 'release-name'
