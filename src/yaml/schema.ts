import { isStringText } from './plain-text.ts'

export { isNullText, isStringText } from './plain-text.ts'

const INTEGER = /^[-+]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+|0[bB][01_]+|\d[\d_]*)$/
const FLOAT = /^[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt \t])/
const MAY_BEGIN_NUMBER = /^[-+.\d]/

/**
 * Whether a plain scalar is a string to every reader, so that it can be written plain: to Kubernetes, and by the core
 * schema of YAML 1.2.2 (section 10.3) and YAML 1.1's types of numbers and dates.
 */
export function isStringEverywhere(text: string): boolean {
  if (!isStringText(text)) return false
  return !MAY_BEGIN_NUMBER.test(text) || !(INTEGER.test(text) || FLOAT.test(text) || TIMESTAMP.test(text))
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
