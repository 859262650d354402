import type { JsonValue } from '../../yaml/json-value.ts'
import type { Edit, FieldPath } from '../../yaml/nodes.ts'
import type { ScratchFolder } from '../source-disk.ts'
import type { EditSession } from '../source-edit.ts'
import { addValuesTemplate, type ChartCopy, VALUES_TEMPLATE } from './chart-copy.ts'
import { describeHelmFailure, type HelmArguments, runHelm } from './helm-program.ts'
import { editedText, editLayers, type Layer } from './layers.ts'
import type { Rendering } from './probe.ts'
import { readRendered } from './rendered.ts'
import { formatSetPath } from './set-option.ts'
import type { ValueChange } from './values-edit.ts'

/** Renders one chart again and again, each time with other values. */
export interface ChartRenderer {
  /** @param options further arguments of Helm, for this rendering only */
  readonly render: (changes: readonly ValueChange[], options?: readonly string[]) => Promise<Rendering>
  /** The values as the chart sees them, those of subcharts under their names; undefined if Helm cannot say. */
  readonly values: () => Promise<JsonValue | undefined>
  /** Whether an option of the command line, such as `--set`, sets a value. */
  readonly isSetByOption: (path: FieldPath) => boolean
}

/** The most renderings of one chart: one takes some tenths of a second. */
const MAX_RENDERINGS = 400

/**
 * @param copy the chart, which is changed
 * @param name the copy's folder in `folder`
 */
export function chartRenderer(
  copy: ChartCopy,
  name: string,
  layers: readonly Layer[],
  helm: HelmArguments,
  folder: ScratchFolder,
  { run, signal }: Pick<EditSession, 'run' | 'signal'>,
): ChartRenderer {
  let count = 0
  const template = async (edits: ReadonlyMap<Layer, readonly Edit[]>, extra: readonly string[]) => {
    const files: string[] = []
    for (const [i, layer] of layers.entries()) {
      const text = editedText(layer, edits.get(layer) ?? [])
      if (text === undefined) return { kind: 'failed', reason: 'the edited values cannot be read' } as const
      const path = layer.isChart ? `${name}/values.yaml` : `values/${i}.yaml`
      folder.write(path, text)
      if (!layer.isChart) files.push(`${folder.path}/${path}`)
    }
    return runHelm(run, helm, copy.path, files, `${folder.path}/home`, extra)
  }
  return {
    render: async (changes, options = []) => {
      count += 1
      if (count > MAX_RENDERINGS) return { kind: 'failed', reason: 'it was rendered too often' }
      signal.throwIfAborted()
      const result = await template(editLayers(layers, changes), options)
      if (result.kind === 'absent') return { kind: 'failed', reason: 'Helm is not installed' }
      if (result.kind === 'failed') {
        return { kind: 'failed', reason: describeHelmFailure(result.reason, folder.path) }
      }
      const rendered = readRendered(new TextEncoder().encode(result.stdout))
      return rendered === undefined
        ? { kind: 'failed', reason: 'what Helm printed is not valid YAML' }
        : { kind: 'rendered', rendered }
    },
    isSetByOption: (path) => {
      const key = `${formatSetPath(path)}=`
      return helm.options.some((option) =>
        option.split(/[,]|^--set(?:-\w+)?=/).some((part) => part.startsWith(key)),
      )
    },
    values: async () => {
      addValuesTemplate(folder, name)
      const result = await template(new Map(), ['--show-only', VALUES_TEMPLATE])
      folder.write(`${name}/${VALUES_TEMPLATE}`, new Uint8Array())
      if (result.kind !== 'done') return undefined
      const document = readRendered(new TextEncoder().encode(result.stdout))?.documents[0]
      const text = document?.values().get('data.values')?.text
      return text === undefined ? undefined : (JSON.parse(text) as JsonValue)
    },
  }
}
