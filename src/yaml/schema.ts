/**
 * What a plain scalar means to Kubernetes: the core schema of YAML 1.2.2 (section 10.3) and, since the API machinery
 * still reads with a YAML 1.1 reader, all that sigs.k8s.io/yaml's goyaml.v2 `resolve` takes for something else than
 * a string. Where the two differ, a scalar that either of them reads as no string is none.
 */

const NULL = new Set(['', '~', 'null', 'Null', 'NULL'])
const BOOLEAN = new Set(
  'y Y n N yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE'.split(' '),
)
const LONGEST_NULL = 'null'.length
const LONGEST_WORD = 'false'.length
const INTEGER = /^[-+]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+|0[bB][01_]+|\d[\d_]*)$/
const FLOAT = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/
const SPECIAL_FLOAT = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt \t])/

/** Whether a plain scalar without a tag is null. */
export function isNullText(text: string): boolean {
  return text.length <= LONGEST_NULL && NULL.has(text)
}

/** Whether a plain scalar without a tag is a string. */
export function isStringText(text: string): boolean {
  const first = text.charCodeAt(0)
  if (text.length > LONGEST_WORD || !(NULL.has(text) || BOOLEAN.has(text))) {
    // Only words begin with a letter and are no string, and numbers and dates with a digit, a sign or a dot.
    return !mayBeginNumber(first) || !isNumber(text)
  }
  return false
}

function mayBeginNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2b || code === 0x2e
}

function isNumber(text: string): boolean {
  return INTEGER.test(text) || FLOAT.test(text) || SPECIAL_FLOAT.test(text) || TIMESTAMP.test(text)
}

/** What a scalar's tag says about its type: nothing, where it has none. */
export type TagType = 'string' | 'null' | 'other' | 'none'

/**
 * Reads a tag as written, or resolved.
 * @param tag `!!str`, `!<tag:yaml.org,2002:str>`, `tag:yaml.org,2002:str`, or `!` (not plain, so a string: 1.2.2,
 *   section 6.9.1); absent: no tag
 */
export function tagType(tag: string | undefined): TagType {
  if (tag === undefined) return 'none'
  const name = /^(?:!!|!<tag:yaml\.org,2002:|tag:yaml\.org,2002:)([^>]*)>?$/.exec(tag)?.[1]
  if (name === undefined || name === 'str') return 'string'
  return name === 'null' ? 'null' : 'other'
}
