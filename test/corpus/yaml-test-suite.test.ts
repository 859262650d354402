import { expect, test } from 'vitest'
import { readDocuments } from '../../src/yaml/documents.ts'
import { applyChanges } from '../../src/yaml/edit/document-edit.ts'
import { eventsOf, reduceEvent } from '../support/events.ts'
import { REFUSED_CASES } from '../support/refused-suite-cases.ts'
import { describeShared } from '../support/shared.ts'
import { sourceOf } from '../support/source.ts'
import { readSuite } from '../support/yaml-test-suite.ts'

/** What the specification forbids and Kubernetes reads all the same, so that manifests rely on it. */
const READ_BY_KUBERNETES: Readonly<Record<string, string>> = {
  QB6E: 'later lines of a quoted scalar in the column of their key (src/yaml/library/composition.ts)',
  'DK95/01': 'a tab before a later line of a quoted scalar',
}

describeShared('yaml-test-suite/src', 'the YAML Test Suite', (folder) => {
  const cases = readSuite(folder)
  const refused = new Map(REFUSED_CASES.map((one) => [one.id, one]))
  const valid = cases.filter((one) => !one.fail && !refused.has(one.id))
  const invalid = cases.filter((one) => one.fail && READ_BY_KUBERNETES[one.id] === undefined)

  test.each(valid)('$id is read: $name', ({ yaml, events }) => {
    const source = sourceOf(yaml)
    const { documents, diagnostics } = readDocuments(source)
    expect(diagnostics).toEqual([])
    expect(eventsOf(documents)).toEqual(events.map(reduceEvent))
    expect(applyChanges(source, documents, [])).toBe(source.bytes)
  })

  test.each(cases.filter(({ id }) => READ_BY_KUBERNETES[id] !== undefined))(
    '$id is read, as Kubernetes reads it: $name',
    ({ yaml }) => {
      expect(readDocuments(sourceOf(yaml)).diagnostics).toEqual([])
    },
  )

  test.each(cases.filter(({ id }) => refused.has(id)))(
    '$id is refused, though the suite wants it read, for the sake of Kubernetes: $name',
    ({ id, yaml, fail }) => {
      expect(fail).toBe(false)
      const { diagnostics } = readDocuments(sourceOf(yaml))
      expect(diagnostics.map(({ code }) => code)).toContain('YAML_INVALID')
      expect(diagnostics[0]?.args['reason']).toBe(refused.get(id)?.reason)
    },
  )

  test('has every case that is refused on purpose', () => {
    expect(REFUSED_CASES.filter(({ id }) => !cases.some((one) => one.id === id))).toEqual([])
  })

  test.each(invalid)('$id is refused: $name', ({ yaml }) => {
    const { diagnostics } = readDocuments(sourceOf(yaml))
    expect(diagnostics.map(({ code }) => code)).toContain('YAML_INVALID')
  })
})
