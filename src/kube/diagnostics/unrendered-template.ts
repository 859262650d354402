import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import type { YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import { positionAt } from '../../yaml/position.ts'
import { asBuffer, decodeUtf8, type Source } from '../../yaml/source.ts'
import { splitStream } from '../../yaml/stream.ts'
import { isTemplateAction, templateActionAt } from '../placeholder.ts'

/**
 * An action of a chart: a value (`{{ .Values.x }}`), a keyword, a function of Helm or Sprig, a comment. The braces of rendered
 * alerts are around variables (`{{ $labels.x }}`).
 */
const ACTION =
  /\{\{-?[ \t]*(?:\.|\$\.|\/\*|(?:if|else|end|with|range|define|block|template|include|tpl|toYaml|default|required|lookup|printf|quote)\b)[^\n]*/

/**
 * Replaces the YAML errors of a template that was not rendered by one diagnostic that says so.
 *
 * @param diagnostics the errors of the documents of one source
 * @returns one diagnostic in place of all YAML errors, if there are braces on a line with such an error, or an action anywhere
 *   in a document that has one
 */
export function explainTemplateErrors(
  diagnostics: readonly Diagnostic[],
  source: Source,
): readonly Diagnostic[] {
  const broken = diagnostics.filter(({ code }) => code === 'YAML_INVALID')
  // The text is decoded on demand.
  if (broken.length === 0 || !source.text.includes('{{')) return diagnostics
  const lines = decodeUtf8(source.text).split('\n')
  const found = onLineOf(broken, lines) ?? inDocumentOf(broken, source)
  return found === undefined
    ? diagnostics
    : [found, ...diagnostics.filter(({ code }) => code !== 'YAML_INVALID')]
}

/** The first error that stands on a line with braces. */
function onLineOf(broken: readonly Diagnostic[], lines: readonly string[]): Diagnostic | undefined {
  for (const { at } of broken) {
    const action =
      at?.line === undefined ? undefined : /\{\{.*?(?:\}\}|$)/.exec(lines[at.line - 1] ?? '')?.[0]
    if (at !== undefined && action !== undefined) return templateDiagnostic(action.trim(), at)
  }
  return undefined
}

/** The first action in a document that cannot be read. */
function inDocumentOf(broken: readonly Diagnostic[], source: Source): Diagnostic | undefined {
  const ranges = splitStream(source.bytes)
  for (const { at } of broken) {
    const range = ranges[(at?.document ?? 0) - 1]
    const found = range === undefined ? undefined : ACTION.exec(source.text.slice(range.start, range.end))
    if (at === undefined || range === undefined || !found) continue
    const action = decodeUtf8(/^\{\{.*?\}\}/.exec(found[0])?.[0] ?? found[0])
    return templateDiagnostic(action.trim(), { ...at, ...positionAt(source, range.start + found.index) })
  }
  return undefined
}

function templateDiagnostic(action: string, at: Location): Diagnostic {
  return { code: 'TEMPLATE_UNRENDERED', severity: 'error', args: { action }, at }
}

/**
 * Reports actions that are valid YAML by accident: `replicas: {{ .Values.replicas }}` is a mapping whose key is a mapping, which no
 * Kubernetes object can hold. Rendered, the action may hold images.
 *
 * @param others the other diagnostics of the documents: a template that is among them is not reported twice
 * @returns a diagnostic for the first action of each document
 */
export function unrenderedTemplateDiagnostics(
  { source, documents }: { readonly source: Source; readonly documents: readonly YamlDocument[] },
  others: readonly Diagnostic[],
): Diagnostic[] {
  if (!asBuffer(source.bytes).includes('{{') || !VALUE_OF_BRACES.test(source.text)) return []
  const named = new Set(
    others.flatMap(({ code, at }) => (code === 'TEMPLATE_UNRENDERED' ? at?.document : [])),
  )
  return documents.flatMap(({ index, contents }) => {
    const document = index + 1
    const action = contents === undefined || named.has(document) ? undefined : firstAction(contents)
    if (action === undefined) return []
    const file = source.file === undefined ? {} : { file: source.file }
    const at = { ...file, document, ...positionAt(source, action.start) }
    return [templateDiagnostic(templateActionAt(action.start, source), at)]
  })
}

/** Braces that begin a value, an item or a document, and are not inside a text on one line. */
const VALUE_OF_BRACES = /(?:^|[:,[-])[ \t]*\{\{/m

function firstAction(node: YamlNode): YamlNode | undefined {
  if (node.kind === 'sequence') return firstOf(node.items)
  if (node.kind !== 'mapping') return undefined
  return isTemplateAction(node) ? node : firstOf(node.entries.map(({ value }) => value))
}

function firstOf(nodes: readonly YamlNode[]): YamlNode | undefined {
  for (const node of nodes) {
    const action = firstAction(node)
    if (action !== undefined) return action
  }
  return undefined
}
