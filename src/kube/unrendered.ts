import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { follow } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'
import { decodeText, type Source } from '../yaml/source.ts'

/** An action of a Go template that has a line to itself, as nearly every template of a chart has some. */
const ACTION = /^[ \t]*\{\{/m

/**
 * Says of a template that nothing has rendered yet that it is one: to YAML it is a long row of errors, which are all
 * true and of no help.
 *
 * @param diagnostics what is wrong with the documents of one source
 * @returns one finding in place of all errors of YAML, where an action stands on a line with such an error
 */
export function nameTemplate(diagnostics: readonly Diagnostic[], source: Source): readonly Diagnostic[] {
  // The text is made when it is first asked for.
  if (diagnostics.length === 0 || !ACTION.test(source.text)) return diagnostics
  const lines = decodeText(source.text).split('\n')
  const first = diagnostics.find(({ code, at }) => code === 'YAML_INVALID' && actionIn(lines, at?.line))
  if (first?.at === undefined) return diagnostics
  const args = { action: actionIn(lines, first.at.line) ?? '' }
  const finding: Diagnostic = { code: 'TEMPLATE_UNRENDERED', severity: 'error', args, at: first.at }
  return [finding, ...diagnostics.filter(({ code }) => code !== 'YAML_INVALID')]
}

/** The first action on a line. */
function actionIn(lines: readonly string[], line: number | undefined): string | undefined {
  return line === undefined ? undefined : /\{\{.*?(?:\}\}|$)/.exec(lines[line - 1] ?? '')?.[0]
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
