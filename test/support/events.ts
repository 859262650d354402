import type { Scalar, ScalarStyle, YamlDocument, YamlNode } from '../../src/yaml/nodes.ts'

const MARKS: Readonly<Record<ScalarStyle, string>> = {
  plain: ':',
  single: "'",
  double: '"',
  literal: '|',
  folded: '>',
}

/** A stream as events of the YAML Test Suite, without tags and without explicit markers. */
export function eventsOf(documents: readonly YamlDocument[]): string[] {
  const events = ['+STR']
  for (const { contents } of documents) {
    events.push('+DOC')
    if (contents === undefined) events.push('=VAL :')
    else visit(contents, events)
    events.push('-DOC')
  }
  return [...events, '-STR']
}

/** An event of the suite without the parts that `eventsOf` omits. */
export function reduceEvent(event: string): string {
  if (event.startsWith('+DOC') || event.startsWith('-DOC')) return event.slice(0, 4)
  return event.replace(/^(=VAL|\+MAP|\+SEQ)((?: (?:\{\}|\[\]))?)((?: &\S+)?) <[^>]*>/, '$1$2$3')
}

function visit(node: YamlNode, events: string[]): void {
  const anchor = node.anchor === undefined ? '' : ` &${node.anchor}`
  switch (node.kind) {
    case 'alias':
      events.push(`=ALI *${node.name}`)
      break
    case 'scalar':
      events.push(`=VAL${anchor} ${MARKS[node.style]}${escaped(node)}`)
      break
    case 'mapping':
      events.push(`+MAP${node.style === 'flow' ? ' {}' : ''}${anchor}`)
      for (const { key, value } of node.entries) {
        visit(key, events)
        visit(value, events)
      }
      events.push('-MAP')
      break
    case 'sequence':
      events.push(`+SEQ${node.style === 'flow' ? ' []' : ''}${anchor}`)
      for (const item of node.items) visit(item, events)
      events.push('-SEQ')
  }
}

function escaped({ value }: Scalar): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replaceAll('\b', '\\b')
}
