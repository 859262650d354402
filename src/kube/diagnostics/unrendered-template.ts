import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts'
import type { YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import { positionAt } from '../../yaml/position.ts'
import { asBuffer, decodeUtf8, type Source } from '../../yaml/source.ts'
import { splitStream } from '../../yaml/stream.ts'
import { isTemplateAction, templateActionAt } from '../placeholder.ts'

/**
 * An action as charts have them: a value (`{{ .Values.x }}`), a keyword, a function that Helm or Sprig brings, a comment. Rendered
 * alerts have braces, too, around variables (`{{ $labels.x }}`).
 */
const ACTION =
  /\{\{-?[ \t]*(?:\.|\$\.|\/\*|(?:if|else|end|with|range|define|block|template|include|tpl|toYaml|default|required|lookup|printf|quote)\b)[^\n]*/

/**
 * Says of a template that nothing has rendered yet that it is one: to YAML it is a long row of errors, which are all
 * true and of no help.
 *
 * @param diagnostics what is wrong with the documents of one source
 * @returns one finding in place of all errors of YAML, where braces stand on a line with such an error, or an action
 *   anywhere in a document that has one
 */
export function explainTemplateErrors(
  diagnostics: readonly Diagnostic[],
  source: Source,
): readonly Diagnostic[] {
  const broken = diagnostics.filter(({ code }) => code === 'YAML_INVALID')
  // The text is made when it is first asked for.
  if (broken.length === 0 || !source.text.includes('{{')) return diagnostics
  const lines = decodeUtf8(source.text).split('\n')
  const finding = onLineOf(broken, lines) ?? inDocumentOf(broken, source)
  return finding === undefined
    ? diagnostics
    : [finding, ...diagnostics.filter(({ code }) => code !== 'YAML_INVALID')]
}

/** The first error that stands on a line with braces. */
function onLineOf(broken: readonly Diagnostic[], lines: readonly string[]): Diagnostic | undefined {
  for (const { at } of broken) {
    const action =
      at?.line === undefined ? undefined : /\{\{.*?(?:\}\}|$)/.exec(lines[at.line - 1] ?? '')?.[0]
    if (at !== undefined && action !== undefined) return templateFinding(action.trim(), at)
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
    return templateFinding(action.trim(), { ...at, ...positionAt(source, range.start + found.index) })
  }
  return undefined
}

function templateFinding(action: string, at: Location): Diagnostic {
  return { code: 'TEMPLATE_UNRENDERED', severity: 'error', args: { action }, at }
}

/**
 * Actions that are YAML by accident: `replicas: {{ .Values.replicas }}` is a mapping whose key is a mapping, which no Kubernetes
 * object can hold. What the action renders to may hold images.
 *
 * @param said what else is said of the documents: one that is a template for another reason is not named twice
 * @returns a finding for the first action of each document
 */
export function unrenderedTemplateDiagnostics(
  { source, documents }: { readonly source: Source; readonly documents: readonly YamlDocument[] },
  said: readonly Diagnostic[],
): Diagnostic[] {
  if (!asBuffer(source.bytes).includes('{{') || !VALUE_OF_BRACES.test(source.text)) return []
  const named = new Set(said.flatMap(({ code, at }) => (code === 'TEMPLATE_UNRENDERED' ? at?.document : [])))
  return documents.flatMap(({ index, contents }) => {
    const document = index + 1
    const action = contents === undefined || named.has(document) ? undefined : firstAction(contents)
    if (action === undefined) return []
    const file = source.file === undefined ? {} : { file: source.file }
    const at = { ...file, document, ...positionAt(source, action.start) }
    return [templateFinding(templateActionAt(action.start, source), at)]
  })
}

/** Braces that begin a value, an item or a document, and do not stand inside a text on one line. */
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
