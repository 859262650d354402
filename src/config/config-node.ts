import type { Diagnostic, Location } from '../diagnostics/diagnostic.ts'
import { readDocuments } from '../yaml/documents.ts'
import { effectiveEntries } from '../yaml/json-value.ts'
import { formatPath, keyText, resolveAlias } from '../yaml/lookup.ts'
import type { FieldPath, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'

/** The YAML node of a configuration, or of a ConfigMap around one, with a function that locates its parts for diagnostics. */
export interface ConfigNode {
  readonly node: YamlNode
  /** @param path leads to the node, from the configuration's root */
  locationOf(node: YamlNode, path: FieldPath): Location
}

/** The codes of diagnostics about a configuration. */
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
  /** How to correct it; absent for a reference to the documentation. */
  readonly advice?: string | undefined
  /** The node to report; absent: the node at `path`, or the nearest one above it that exists. */
  readonly node?: YamlNode
}

const DEFAULT_ADVICE = 'see docs/config.md, or pinpull config schema'

/** Reads a configuration file, which must have exactly one object. @returns its node, or diagnostics */
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

/** Makes a configuration node of a node that was read already, such as the `functionConfig` of a ResourceList. */
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

/** Turns the errors of a configuration into diagnostics with locations, sorted by position. */
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
