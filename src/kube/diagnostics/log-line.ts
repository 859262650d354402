import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { positionAt } from '../../yaml/position.ts'
import { decodeUtf8, type Source } from '../../yaml/source.ts'
import { splitStream } from '../../yaml/stream.ts'

/**
 * The beginning of a line of a log: logrus and logfmt (`time="…" level=info`), klog (`W0102 15:04:05`), Go's `log` with a time or
 * a file (`walk.go:74: found symbolic link`, as Helm prints it), other times, and levels.
 */
const LOG_LINE =
  /^(?:time=\S+ |level=\w+ |ts=\S+ |[IWEF]\d{4} \d\d:\d\d:\d\d|\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d|[\w./-]+\.go:\d+: |(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL|Error|Warning)[: ]|\[(?:debug|info|warn|warning|error)\])/i

const LONGEST_QUOTE = 60

/**
 * Explains YAML errors that are caused by a line of a log before the error: the error alone points at the manifest after it.
 *
 * @param diagnostics the errors of the documents of one source
 * @returns the same diagnostics, with the line and advice in the reason of the first error of each such document
 */
export function explainLogLines(diagnostics: readonly Diagnostic[], source: Source): readonly Diagnostic[] {
  const broken = diagnostics.filter(({ code }) => code === 'YAML_INVALID')
  if (broken.length === 0) return diagnostics
  const ranges = splitStream(source.bytes)
  const seen = new Set<number>()
  return diagnostics.map((diagnostic) => {
    const { at, args } = diagnostic
    const document = at?.document ?? 0
    const range = ranges[document - 1]
    if (diagnostic.code !== 'YAML_INVALID' || range === undefined || seen.has(document)) return diagnostic
    seen.add(document)
    const text = decodeUtf8(source.text.slice(range.contentStart, range.end))
    const first = positionAt(source, range.contentStart).line
    const lines = text.split('\n').slice(0, (at?.line ?? first) - first + 1)
    const found = findMessage(lines)
    if (found === -1) return diagnostic
    const advice = `line ${first + found} is a message (${quoted(lines[found] ?? '')}): did 2>&1 put it among the manifests?`
    return { ...diagnostic, args: { ...args, reason: `${args['reason']}; ${advice}` } }
  })
}

/** @returns the index of the first line that is a message of a program; -1 if there is none */
function findMessage(lines: readonly string[]): number {
  const log = lines.findIndex((line) => LOG_LINE.test(line))
  if (log >= 0) return log
  const head = lines.findIndex((line) => !/^\ufeff?(?:#|---|\s*$)/.test(line))
  if (head >= 0 && HEADING.test(lines[head] ?? '')) return head
  // The error is at the message, or at the line behind it.
  const near = [head, lines.length - 2, lines.length - 1]
  return lines.findIndex((line, index) => near.includes(index) && PROSE.test(line))
}

/** `helm: warning: x` before a manifest: a key of an object has no second colon behind it. */
const HEADING = /^(?!(?:apiVersion|kind|metadata)\b)[\w./-]+: +[^\s"'{[|>&*!#].*: /

/** Words at the start of a line, of which the first is neither a key nor an item of a list. */
const PROSE = /^(?![-?%#{}[\]"'|>&*!]|[^:\s]+:(?:\s|$))\S+ +\S/

function quoted(line: string): string {
  const text = line.trim()
  return `"${text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text}"`
}
