import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertOnlyPlannedChanges } from '../../src/yaml/edit/comparison.ts'
import { applyChanges, planDocuments } from '../../src/yaml/edit/document-edit.ts'
import { applyEdits } from '../../src/yaml/edit/splice.ts'
import type {
  Alias,
  Edit,
  Mapping,
  NodeChange,
  Scalar,
  YamlDocument,
  YamlNode,
} from '../../src/yaml/nodes.ts'
import { trailingLineBreaks } from '../../src/yaml/planned-value.ts'
import { LazyNode } from '../../src/yaml/scanner/lazy-scalar.ts'
import type { Source } from '../../src/yaml/source.ts'
import { fieldValues, yamlStreams } from '../support/arbitraries.ts'
import { documentsOf, entriesNamed, sourceOf, textOf } from '../support/source.ts'
import type { Model } from '../support/yaml-generator.ts'

/** What is to become of each node, and of each mapping: the changes as a table by node. */
interface Plan {
  readonly values: ReadonlyMap<YamlNode, string>
  readonly entries: ReadonlyMap<Mapping, readonly (readonly [after: number, value: string])[]>
}

const NOTHING: Plan = { values: new Map(), entries: new Map() }

/** What a node means, aliases written out, once a plan is carried out. */
function modelOf(node: YamlNode | undefined, plan: Plan): Model {
  if (node === undefined) return null
  const value = plan.values.get(node)
  if (value !== undefined) return value
  switch (node.kind) {
    case 'alias':
      return modelOf(node.target, plan)
    case 'scalar':
      return node.isNull && node.style === 'plain' ? null : node.value
    case 'sequence':
      return node.items.map((item) => modelOf(item, plan))
    case 'mapping': {
      const added = plan.entries.get(node) ?? []
      return {
        pairs: node.entries.flatMap((entry) => [
          [modelOf(entry.key, plan) as string, modelOf(entry.value, plan)] as const,
          ...added.filter(([after]) => after === entry.key.start).map(([, one]) => ['added', one] as const),
        ]),
      }
    }
  }
}

/** Every value of an `image` key is set that can be, and each such mapping gets one entry behind it. */
function changesOf(document: YamlDocument, value: string): NodeChange[] {
  const mappings = new Set<Mapping>()
  return entriesNamed(document, 'image').flatMap(({ mapping, entry }): NodeChange[] => {
    const node = entry.value
    const set: NodeChange[] =
      node.kind === 'scalar' || node.kind === 'alias' ? [{ kind: 'set', node, value }] : []
    if (mappings.has(mapping)) return set
    mappings.add(mapping)
    return [...set, { kind: 'insert', mapping, afterKey: entry.key.start, key: 'added', value }]
  })
}

function planOf(changes: readonly NodeChange[]): Plan {
  const values = new Map<YamlNode, string>()
  const entries = new Map<Mapping, [number, string][]>()
  for (const change of changes) {
    if (change.kind === 'set') values.set(change.node, valueAfter(change.node, change.value))
    else entries.set(change.mapping, [[change.afterKey, change.value]])
  }
  return { values, entries }
}

/** A block scalar keeps the line breaks at its end, where it stays one: that it may not is the scalar's own affair. */
function valueAfter(node: Scalar | Alias, value: string): string {
  const isBlock = node.kind === 'scalar' && (node.style === 'literal' || node.style === 'folded')
  return isBlock && /^[\w.:@/-]+$/.test(value) ? value + trailingLineBreaks(node.value) : value
}

function modelsOf(source: Source, plan: Plan): Model[] {
  return documentsOf(source).map(({ contents }) => modelOf(contents, plan))
}

describe('generated YAML', () => {
  test('is read as what it was made from', () => {
    fc.assert(
      fc.property(yamlStreams(), ({ text, documents }) => {
        expect(modelsOf(sourceOf(text), NOTHING)).toEqual(documents)
      }),
      { numRuns: 300 },
    )
  })

  test('without changes is the very same array', () => {
    fc.assert(
      fc.property(yamlStreams(), ({ text }) => {
        const source = sourceOf(text)
        expect(applyChanges(source, documentsOf(source), [])).toBe(source.bytes)
      }),
      { numRuns: 100 },
    )
  })

  test('with changes is read as it was, but for the plan', () => {
    fc.assert(
      fc.property(yamlStreams(), fc.constantFrom('nginx:1.27@sha256:00', 'x'), ({ text }, value) => {
        const source = sourceOf(text)
        const documents = documentsOf(source)
        const changes = documents.flatMap((document) => changesOf(document, value))
        const plan = planOf(changes)
        const expected = documents.map(({ contents }) => modelOf(contents, plan))
        expect(modelsOf(sourceOf(textOf(applyChanges(source, documents, changes))), NOTHING)).toEqual(
          expected,
        )
      }),
      { numRuns: 300 },
    )
  })

  test('takes any value at all', () => {
    fc.assert(
      fc.property(yamlStreams(), fieldValues(), ({ text }, value) => {
        const source = sourceOf(text)
        const documents = documentsOf(source)
        // That every value arrived is what `applyChanges` proves, and throws where it did not.
        const bytes = applyChanges(
          source,
          documents,
          documents.flatMap((document) => changesOf(document, value)),
        )
        expect(documentsOf(sourceOf(textOf(bytes))).length).toBe(documents.length)
      }),
      { numRuns: 300 },
    )
  })

  test('setting the same values again changes no byte', () => {
    fc.assert(
      fc.property(yamlStreams(), fieldValues(), ({ text }, value) => {
        const source = sourceOf(text)
        const setAll = (from: Source): Uint8Array => {
          const documents = documentsOf(from)
          const changes = documents.flatMap((document) => changesOf(document, value))
          return applyChanges(
            from,
            documents,
            changes.filter(({ kind }) => kind === 'set'),
          )
        }
        const once = textOf(setAll(source))
        expect(textOf(setAll(sourceOf(once)))).toBe(once)
      }),
      { numRuns: 300 },
    )
  })

  test('one change touches no byte outside its place', () => {
    fc.assert(
      fc.property(yamlStreams(), fieldValues(), fc.nat(), ({ text }, value, pick) => {
        const source = sourceOf(text)
        const documents = documentsOf(source)
        const changes = documents.flatMap((document) => changesOf(document, value))
        const change = changes[pick % changes.length]
        if (change === undefined) return
        const after = Buffer.from(applyChanges(source, documents, [change])).toString('latin1')
        const before = source.text
        let head = 0
        while (head < before.length && before[head] === after[head]) head += 1
        let tail = 0
        while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
        const lost = before.slice(head, before.length - tail)
        // An insertion in two parts has what lies between them in its middle: it must still be there.
        if (change.kind === 'insert') expect(after.slice(head, after.length - tail)).toContain(lost)
        else {
          const { node } = change
          const tag = node.tag === undefined ? 0 : node.tag.length + 1
          expect(head).toBeGreaterThanOrEqual(node.start - tag)
          expect(before.length - tail).toBeLessThanOrEqual(Math.max(node.end, head))
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('edited documents', () => {
  /** Reads what became of each edited document, and checks it both ways. */
  function checks(text: string, value: string): { byRecords: boolean; byNodes: boolean; plain: boolean }[] {
    const source = sourceOf(text)
    const documents = documentsOf(source)
    const changes = documents.flatMap((document) => changesOf(document, value))
    const plans = planDocuments(source, documents, changes)
    const result = sourceOf(
      textOf(
        applyEdits(
          source.bytes,
          plans.flatMap(({ edits }) => edits),
        ),
      ),
    )
    const after = documentsOf(result)
    return plans.flatMap(({ document, changes, edits }) => {
      const now = after[document.index]
      const before = document.contents
      const is = now?.contents
      if (now === undefined || !(before instanceof LazyNode) || !(is instanceof LazyNode)) return []
      const shift = now.start - document.start
      const isPlain = (change: NodeChange): boolean =>
        change.kind !== 'set' || (change.node.kind === 'scalar' && change.node.tag === undefined)
      return [
        {
          byRecords: before.equalsExcept({ changes, edits }, is, shift),
          byNodes: passes(() => assertOnlyPlannedChanges(document, now.contents, changes)),
          plain: changes.every(isPlain),
        },
      ]
    })
  }

  function passes(check: () => void): boolean {
    try {
      check()
      return true
    } catch {
      return false
    }
  }

  test('agree by their records only where they do by their nodes, and wherever no tag or alias was set', () => {
    fc.assert(
      fc.property(yamlStreams(), fieldValues(), ({ text }, value) => {
        for (const { byRecords, byNodes, plain } of checks(text, value)) {
          expect(byNodes).toBe(true)
          if (plain) expect(byRecords).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('edits', () => {
  /** Ranges in ascending order, as every second number of a sorted list. */
  const edits = fc.uniqueArray(fc.nat(60), { maxLength: 12 }).chain((offsets) =>
    fc.array(fc.string({ unit: 'grapheme', maxLength: 3 }), { minLength: 6, maxLength: 6 }).map((texts) => {
      const sorted = offsets.toSorted((a, b) => a - b)
      return texts
        .slice(0, sorted.length >> 1)
        .map((text, i): Edit => ({ start: sorted[2 * i] as number, end: sorted[2 * i + 1] as number, text }))
    }),
  )

  test('in order are applied as if one by one from the end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 60, maxLength: 80 }), edits, (bytes, list) => {
        const expected = list.reduceRight(
          (rest, { start, end, text }) =>
            Buffer.concat([rest.subarray(0, start), Buffer.from(text), rest.subarray(end)]),
          Buffer.from(bytes),
        )
        expect(Buffer.from(applyEdits(bytes, list)).equals(expected)).toBe(true)
      }),
    )
  })

  test('out of order are refused', () => {
    fc.assert(
      fc.property(edits, (list) => {
        fc.pre(list.length > 1)
        expect(() => applyEdits(new Uint8Array(80), list.toReversed())).toThrow(
          expect.objectContaining({ code: 'INTERNAL' }),
        )
      }),
    )
  })
})
