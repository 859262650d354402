import type { YamlNode } from './nodes.ts'

/** What a tag stands before. */
export interface Tagged {
  readonly kind: Exclude<YamlNode['kind'], 'alias'>
  /** Whether it is the key of an entry. */
  readonly isKey: boolean
  /** The text of a scalar. */
  readonly text?: string | undefined
}

/** Says whether a tag, as it is written, may stand where it stands. */
export type TagRule = (tag: string, tagged: Tagged) => boolean

const CORE: Readonly<Record<Tagged['kind'], ReadonlySet<string>>> = {
  scalar: new Set(['str', 'int', 'float', 'bool', 'null']),
  mapping: new Set(['map']),
  sequence: new Set(['seq']),
}
const CORE_KEY: ReadonlySet<string> = new Set(['str'])

/** A tag of an application (`!vault`), and the one that says no more than "not plain" (`!`): under it, a scalar is a string. */
const LOCAL = /^!(?:[A-Za-z][\w.-]*)?$/
const CORE_TAG = /^(?:!!([a-z]+)|!<tag:yaml\.org,2002:([a-z]+)>)$/

/**
 * Allows the tags that Kubernetes' reader and this one read alike, and no others: go-yaml decodes `!!binary`, takes a
 * scalar under a tag that it does not know for its text, knows percent escapes in tags, makes a merge of `! <<`, and passes
 * over the tags of collections (decode.go `scalar` and `isMerge`, scannerc.go `yaml_parser_scan_tag_uri`).
 */
export const isReadableTag: TagRule = (tag, { kind, isKey, text }) => {
  const match = CORE_TAG.exec(tag)
  const core = match?.[1] ?? match?.[2]
  if (isKey && kind === 'scalar') {
    // What yaml.v3 writes before a merge key.
    if (text === '<<') return core === 'merge' || core === 'str'
    return LOCAL.test(tag) || (core !== undefined && CORE_KEY.has(core))
  }
  return LOCAL.test(tag) || (core !== undefined && CORE[kind].has(core))
}

/** What is wrong with a tag that is not allowed, and what to do. */
export function unreadableTag(tag: string): string {
  return `Kubernetes and other YAML readers disagree on the tag ${tag}: write the value without a tag`
}
