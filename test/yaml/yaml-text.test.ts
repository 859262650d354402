import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonValue, toJsonValue } from '../../src/yaml/json-value.ts'
import { formatYaml } from '../../src/yaml/yaml-text.ts'
import { documentsOf, sourceOf } from '../support/source.ts'

function read(text: string): JsonValue | undefined {
  const [document] = documentsOf(sourceOf(text))
  return document?.contents === undefined ? undefined : toJsonValue(document.contents)
}

describe('formatYaml', () => {
  test.each<[string, JsonValue, string]>([
    ['scalars', { a: 'b', i: 1, t: true, z: null }, 'a: b\ni: 1\nt: true\nz: null\n'],
    [
      'what needs quotes',
      { a: 'no', b: '1', c: '', 'd: e': '#', f: '- g' },
      'a: "no"\nb: "1"\nc: ""\n"d: e": "#"\nf: "- g"\n',
    ],
    [
      'images and paths',
      { a: 'b.io:5000/c:1.2@sha256:0a', d: '/bin/sh', e: 'x:' },
      'a: b.io:5000/c:1.2@sha256:0a\nd: /bin/sh\ne: "x:"\n',
    ],
    ['collections', { a: { b: { c: 'd' } }, e: [], f: {} }, 'a:\n  b:\n    c: d\ne: []\nf: {}\n'],
    [
      'lists',
      { a: ['b', { c: 'd', e: ['f'] }, ['g', ['h']]] },
      'a:\n- b\n- c: d\n  e:\n  - f\n- - g\n  - - h\n',
    ],
  ])('%s', (_, value, text) => {
    expect(formatYaml(value)).toBe(text)
    expect(read(text)).toEqual(value)
  })

  test('whatever is written is read again', () => {
    const { tree } = fc.letrec<{ tree: JsonValue; scalar: JsonValue }>((tie) => ({
      scalar: fc.oneof(
        fc.string(),
        fc.constantFrom('on', '~', '0x1', '1e3', '.inf', '---', 'a: b'),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
      ),
      tree: fc.oneof(
        { maxDepth: 4 },
        tie('scalar'),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(fc.string({ minLength: 1 }), tie('tree'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), tree, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
        (value) => {
          expect(read(formatYaml(value as JsonValue))).toEqual(value)
        },
      ),
    )
  })
})
