import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { addResults, type Result } from '../../src/hosts/krm-results.ts'
import { findResourceList } from '../../src/hosts/resource-list.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

const item = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' } }

/** What a list can end with, which must not swallow what is added nor be changed by it. */
const ending = fc.constantFrom(
  '',
  '# the end\n',
  'functionConfig: {kind: ConfigMap, data: {a: "}"}}\n',
  'functionConfig:\n  data:\n    text: |\n      last line\n',
  'functionConfig:\n  data:\n    text: |+\n      kept\n\n\n',
  'functionConfig: "no line break at the end"',
)

/** Results that are there already, in every style, or none. */
const present = fc.constantFrom(
  '',
  'results:\n',
  'results: []\n',
  'results: null\n',
  'results: [{message: theirs}]\n',
  'results:\n- message: theirs\n',
  'results:\n    - message: theirs\n      severity: info\n',
)

const blockList = fc
  .record({
    start: fc.constantFrom('', '---\n', '# from kpt\n--- # here\n'),
    present,
    ending,
    first: fc.boolean(),
  })
  .map(({ start, present: theirs, ending: end, first }) => {
    const items = `items:\n- ${JSON.stringify(item)}\n`
    const head = 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n'
    return `${start}${first ? theirs : ''}${head}${items}${first ? '' : theirs}${end}`
  })

const flowList = fc
  .record({ json: fc.constantFrom(0, 2), theirs: fc.constantFrom(undefined, [], [{ message: 'theirs' }]) })
  .map(({ json, theirs }) =>
    JSON.stringify(
      { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [item], results: theirs },
      undefined,
      json,
    ),
  )

const listText = fc
  .tuple(fc.oneof(blockList, flowList), fc.boolean())
  .map(([text, crlf]) => (crlf ? text.replaceAll('\n', '\r\n') : text))

const result: fc.Arbitrary<Result> = fc.record({
  message: fc.string({ unit: 'grapheme', minLength: 1 }),
  severity: fc.constantFrom('error', 'warning', 'info'),
  tags: fc.record({ code: fc.constantFrom('A', 'B') }),
})

const add = (text: string, results: readonly Result[]): string => {
  const source = readSource(Buffer.from(text))
  const list = findResourceList(readDocuments(source).documents)
  if (list === undefined) throw new Error(`no ResourceList: ${text}`)
  return Buffer.from(addResults(source, list, results)).toString()
}

test('results are added to any list, nothing else in it changes, and a second time nothing does', () => {
  fc.assert(
    fc.property(
      listText,
      fc.uniqueArray(result, { maxLength: 4, selector: (one) => JSON.stringify(one) }),
      (text, results) => {
        const after = add(text, results)
        const [was, is] = [parse(text), parse(after)]
        const theirs = was.results ?? []
        expect({ ...is, results: undefined }).toEqual({ ...was, results: undefined })
        expect(is.results ?? []).toEqual([...results, ...theirs])
        expect(add(after, results)).toBe(after)
      },
    ),
    { numRuns: 300 },
  )
})
