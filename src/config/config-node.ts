import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import { readDocuments } from '../yaml/documents.ts'
import { formatPath } from '../yaml/lookup.ts'
import type { FieldPath, YamlNode } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import type { Source } from '../yaml/source.ts'

/** A node that is, or carries, a configuration, and how places in it are told. */
export interface ConfigNode {
  readonly node: YamlNode
  locationOf(node: YamlNode, path: FieldPath): Place
}

/** The one object in a file. */
export function readConfigNode(source: Source): ConfigNode | { readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = readDocuments(source)
  if (diagnostics.length > 0) return { diagnostics }
  const [first, second] = documents.filter(({ contents }) => contents !== undefined)
  const file = source.file === undefined ? {} : { file: source.file }
  if (first?.contents === undefined) {
    return { diagnostics: [invalid({ ...file, line: 1 }, 'the configuration', 'holds no object')] }
  }
  if (second !== undefined) {
    const place = { ...file, ...positionAt(source, second.contents?.start ?? second.start) }
    return { diagnostics: [invalid(place, 'the configuration', 'holds more than one document')] }
  }
  return asConfigNode(source, first.contents)
}

/** A node of a source that is, or carries, a configuration, such as a `functionConfig`. */
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

/** Turns problems into diagnostics, in the order of the text. */
export function toDiagnostics(problems: readonly ConfigDiagnostic[], carried: ConfigNode): Diagnostic[] {
  return problems
    .toSorted((a, b) => a.node.start - b.node.start)
    .map(({ code, node, path, reason, advice }) => ({
      code,
      severity: 'error',
      args: {
        path: path.length === 0 ? 'the configuration' : formatPath(path),
        reason,
        advice: advice ?? 'see docs/config.md, or pinpull config schema',
      },
      at: carried.locationOf(node, path),
    }))
}

function invalid(at: Place, path: string, reason: string): Diagnostic {
  const args = { path, reason, advice: 'see docs/config.md, or pinpull config schema' }
  return { code: 'CONFIG_INVALID', severity: 'error', args, at }
}

export type ConfigDiagnosticCode =
  | 'CONFIG_INVALID'
  | 'CONFIG_UNKNOWN_KEY'
  | 'CONFIG_RULE_DEAD'
  | 'CONFIG_UNTRUSTED'
  | 'CONFIG_CONFLICT'

/** Something wrong with a configuration, at a node of it. */
export interface ConfigDiagnostic {
  readonly code: ConfigDiagnosticCode
  /** The node that is wrong; for something missing, the mapping that lacks it. */
  readonly node: YamlNode
  readonly path: FieldPath
  /** What is wrong with it, in a few words that follow its path. */
  readonly reason: string
  /** What to do about it, where more can be said than "correct it". */
  readonly advice?: string
}

/** A problem that has yet to be given its node. */
export type PathDiagnostic = Omit<ConfigDiagnostic, 'node'>
