import { describe, expect, test } from 'vitest'
import { editValues, findSpot } from '../../../src/sources/helm/values-edit.ts'
import { type ValuesPlace, valuesFile, valuesInDocument } from '../../../src/sources/helm/values-place.ts'
import { applyEdits } from '../../../src/yaml/edit/splice.ts'
import type { FieldPath } from '../../../src/yaml/nodes.ts'

const D = `sha256:${'d'.repeat(64)}`

function edit(
  text: string,
  changes: Readonly<Record<string, string>>,
  place = valuesFile('values.yaml'),
): string {
  const bytes = new TextEncoder().encode(text)
  const open = place.open(bytes)
  if (open === undefined) throw new Error('the values cannot be read')
  const list = Object.entries(changes).map(([path, value]) => ({ path: pathOf(path), value }))
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(applyEdits(bytes, editValues(open, list)))
}

const pathOf = (path: string): FieldPath =>
  path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))

describe('values of a chart', () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['an empty value', 'tag: # none\n', { tag: `1@${D}` }, `tag: 1@${D} # none\n`],
    ['quotes', `tag: ''   # none\n`, { tag: `1@${D}` }, `tag: '1@${D}'   # none\n`],
    ['a number', 'a:\n  tag: 1.27\n', { 'a.tag': `1.27@${D}` }, `a:\n  tag: 1.27@${D}\n`],
    ['a list', '- x\n', {}, '- x\n'],
    ['an item of a list', 'a: [x, {b: c}]\n', { 'a.1.b': D }, `a: [x, {b: ${D}}]\n`],
    [
      'a key after the tag',
      'image:\n    repository: a\n    tag: "1" # one\n    pullPolicy: Always\n',
      { 'image.digest': D },
      `image:\n    repository: a\n    tag: "1" # one\n    digest: ${D}\n    pullPolicy: Always\n`,
    ],
    [
      'a key in braces',
      'image: {repository: a, tag: "1"}\n',
      { 'image.digest': D },
      `image: {repository: a, tag: "1", digest: ${D}}\n`,
    ],
    [
      'a key in JSON',
      '{"image": {"tag": "1"}}\n',
      { 'image.digest': D },
      `{"image": {"tag": "1", "digest": "${D}"}}\n`,
    ],
    [
      'mappings that are missing',
      'cache:\n  enabled: true\n  # The end.\nother: 1\n',
      { 'cache.image.tag': `1@${D}`, 'cache.image.digest': D },
      `cache:\n  enabled: true\n  image:\n    tag: 1@${D}\n    digest: ${D}\n  # The end.\nother: 1\n`,
    ],
    ['an empty mapping', 'image: {} # none\n', { 'image.tag': '1' }, 'image: {tag: "1"} # none\n'],
    ['a mapping that is null', 'image:\nother: 1\n', { 'image.tag': 'x' }, 'image: {tag: "x"}\nother: 1\n'],
    ['an empty file', '', { 'image.tag': 'x' }, 'image:\n  tag: x\n'],
    ['only comments, without a line break', '# none', { 'a.b': 'x' }, '# none\na:\n  b: x\n'],
    [
      'line breaks of Windows',
      'a:\r\n  b: c\r\n',
      { 'a.tag': 'x', 'z.tag': 'w' },
      'a:\r\n  b: c\r\n  tag: x\r\nz:\r\n  tag: w\r\n',
    ],
    ['an alias', 'a: &a "1"\nb: *a\n', { b: `1@${D}` }, `a: &a "1"\nb: 1@${D}\n`],
    [
      'a merged value, which is hidden by one of the mapping',
      'base: &base\n  tag: "1"\nweb:\n  <<: *base\n  repository: a\n',
      { 'web.tag': `1@${D}` },
      `base: &base\n  tag: "1"\nweb:\n  <<: *base\n  repository: a\n  tag: 1@${D}\n`,
    ],
    [
      'a text of several lines',
      'more: |-\n  # é\n\n  - image: a:1\n\n  - image: b:1 # é\n',
      { more: `# é\n\n- image: a:1@${D}\n\n- image: b:1@${D} # é` },
      `more: |-\n  # é\n\n  - image: a:1@${D}\n\n  - image: b:1@${D} # é\n`,
    ],
  ])('%s', (_, before, changes, after) => {
    if (before.startsWith('-'))
      expect(valuesFile('values.yaml').open(new TextEncoder().encode(before))).toBe(undefined)
    else expect(edit(before, changes)).toBe(after)
  })

  test.each<[string, string, string]>([
    ['an item of a list that the file lacks', 'a: []\n', 'a.0.tag'],
    ['something within a text', 'a: text\n', 'a.tag'],
    ['a mapping', 'a: {b: c}\n', 'a'],
    ['a folded text', 'a: >\n  b\n\n  c\n', 'a'],
    ['an anchored null', 'a: &a\nb: *a\n', 'a.tag'],
  ])('there is no place for %s', (_, text, path) => {
    const open = valuesFile('values.yaml').open(new TextEncoder().encode(text))
    expect(open && findSpot(open, pathOf(path))).toBe(undefined)
  })
})

describe('values in another document', () => {
  const release = (values: string): string =>
    `apiVersion: v1\nkind: Other\n---\nkind: HelmRelease\nspec:\n  values:${values}  # The end.\n  interval: 5m\n`
  const inRelease = (): ValuesPlace => valuesInDocument('release.yaml', 1, ['spec', 'values'])

  test('a mapping', () => {
    expect(edit(release('\n    image:\n      tag: "1" # one\n'), { 'image.digest': D }, inRelease())).toBe(
      release(`\n    image:\n      tag: "1" # one\n      digest: ${D}\n`),
    )
  })

  test('a text', () => {
    expect(
      edit(
        release(' |\n    # Ours.\n    image:\n      tag: "1"\n'),
        { 'image.tag': `1@${D}`, 'image.digest': D },
        inRelease(),
      ),
    ).toBe(release(` |\n    # Ours.\n    image:\n      tag: "1@${D}"\n      digest: ${D}\n`))
  })

  test('Helm gets the values alone', () => {
    const bytes = new TextEncoder().encode(release('\n    image: {tag: 1.10, debug: true}\n'))
    const text = inRelease().open(bytes)?.text
    expect(new TextDecoder().decode(text)).toBe('{"image":{"tag":1.1,"debug":true}}')
  })

  test('there are none', () => {
    expect(inRelease().open(new TextEncoder().encode('kind: HelmRelease\n'))).toBe(undefined)
  })
})
