import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts'
import { follow } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'
import { positionAt } from '../yaml/position.ts'
import { decodeText, type Source } from '../yaml/source.ts'
import { splitStream } from '../yaml/stream.ts'

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
export function nameTemplate(diagnostics: readonly Diagnostic[], source: Source): readonly Diagnostic[] {
  const broken = diagnostics.filter(({ code }) => code === 'YAML_INVALID')
  // The text is made when it is first asked for.
  if (broken.length === 0 || !source.text.includes('{{')) return diagnostics
  const lines = decodeText(source.text).split('\n')
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
    const action = decodeText(/^\{\{.*?\}\}/.exec(found[0])?.[0] ?? found[0])
    return templateFinding(action.trim(), { ...at, ...positionAt(source, range.start + found.index) })
  }
  return undefined
}

function templateFinding(action: string, at: Place): Diagnostic {
  return { code: 'TEMPLATE_UNRENDERED', severity: 'error', args: { action }, at }
}

/** `{{ .Values.image }}` without quotes: a mapping whose only key is a mapping. */
export function isAction({ entries: [first, ...others], style }: Mapping): boolean {
  return (
    style === 'flow' && others.length === 0 && first !== undefined && follow(first.key).kind === 'mapping'
  )
}

/** The action of a template that begins at a place, as far as it stands on one line. */
export function actionAt(start: number, source: Source): string {
  const line = /^[^\r\n]*/.exec(source.text.slice(start, start + LONGEST_ACTION))?.[0] ?? ''
  return decodeText(/^\{\{.*?\}\}/.exec(line)?.[0] ?? line)
}

/** In bytes: enough to know it by. */
const LONGEST_ACTION = 200

/** What Helm's templates begin their actions with: a value, a variable, or one of its functions. */
const HELM_ACTION =
  /\{\{-?\s*(?:[.$]|(?:include|template|tpl|printf|default|required|quote|if|with|range)\s)[^}]*\}\}/

/**
 * The action of a chart's template in a text, as in `image: "{{ .Values.image }}"`; `undefined` where there is none. Argo's
 * and others' templates, which the cluster fills in, begin with a name.
 */
export function unrenderedAction(text: string): string | undefined {
  return text.includes('{{') ? HELM_ACTION.exec(text)?.[0] : undefined
}
