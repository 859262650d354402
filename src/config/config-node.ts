import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { readDocuments } from '../yaml/documents.ts'
import { effectiveEntries } from '../yaml/json-value.ts'
import { formatPath, keyText, resolveAlias } from '../yaml/lookup.ts'
import type { FieldPath, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'

/** A YAML node that holds a configuration, or a ConfigMap around one, with the location of everything in it. */
export interface ConfigNode {
  readonly node: YamlNode
  /** @param path leads to the node, from the configuration's root */
  locationOf(node: YamlNode, path: FieldPath): Location
}

export type ConfigDiagnosticCode =
  | 'CONFIG_INVALID'
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_RULE_DEAD'
  | 'CONFIG_UNTRUSTED'
  | 'CONFIG_CONFLICT'

/** An error in a configuration, before its location is known. */
export interface ConfigDiagnostic {
  readonly code: ConfigDiagnosticCode
  readonly path: FieldPath
  /** What is wrong, in a few words that follow the path in the message. */
  readonly reason: string
  /** What to do about it, where more can be said than "correct it". */
  readonly advice?: string | undefined
  /** The node to report; absent: the node at `path`, or the nearest one above it that exists. */
  readonly node?: YamlNode
}

const DEFAULT_ADVICE = 'see docs/config.md, or pinpull config schema'

/** Reads the one object of a file. */
export function readConfigNode(source: Source): ConfigNode | { readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = readDocuments(source)
  if (diagnostics.length > 0) return { diagnostics }
  const [first, second] = documents.filter(({ contents }) => contents !== undefined)
  const file = source.file === undefined ? {} : { file: source.file }
  const invalid = (reason: string, at: Location) => {
    const args = { path: 'the configuration', reason, advice: DEFAULT_ADVICE }
    return { diagnostics: [{ code: 'CONFIG_INVALID', severity: 'error', args, at }] as const }
  }
  if (first?.contents === undefined) return invalid('holds no object', { ...file, line: 1 })
  if (second !== undefined) {
    const position = positionAt(source, second.contents?.start ?? second.start)
    return invalid('holds more than one document', { ...file, ...position })
  }
  return asConfigNode(source, first.contents)
}

/** A node of a source as a configuration, such as the `functionConfig` of a ResourceList. */
export function asConfigNode(source: Source, node: YamlNode): ConfigNode {
  return {
    node,
    locationOf: ({ start }, path) => ({
      ...(source.file === undefined ? {} : { file: source.file }),
      ...positionAt(source, start),
      ...(path.length === 0 ? {} : { path: formatPath(path) }),
    }),
  }
}

/** Adds locations, and sorts by position. */
export function toDiagnostics(found: readonly ConfigDiagnostic[], config: ConfigNode): Diagnostic[] {
  return found
    .map((one) => ({ ...one, node: one.node ?? nodeAt(config.node, one.path) }))
    .sort((a, b) => a.node.start - b.node.start)
    .map(({ code, node, path, reason, advice = DEFAULT_ADVICE }) => ({
      code,
      severity: 'error',
      args: { path: path.length === 0 ? 'the configuration' : formatPath(path), reason, advice },
      at: config.locationOf(node, path),
    }))
}

/** The node at a path, or the nearest one above it that exists. */
function nodeAt(root: YamlNode, path: FieldPath): YamlNode {
  let node = root
  for (const step of path) {
    const next = childOf(resolveAlias(node), step)
    if (next === undefined) return node
    node = next
  }
  return node
}

function childOf(parent: YamlNode, step: string | number): YamlNode | undefined {
  if (parent.kind === 'sequence') return parent.items[Number(step)]
  if (parent.kind !== 'mapping') return undefined
  return effectiveEntries(parent).find((entry) => keyText(entry) === String(step))?.value
}
