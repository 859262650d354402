import { expect, test } from 'vitest'
import { parseReference } from '../../../src/reference/parse.ts'
import { isPlanned } from '../../../src/sources/helm/proof.ts'
import { findDifferences, type Rendered, readRendered } from '../../../src/sources/helm/rendered.ts'

const D = `sha256:${'d'.repeat(64)}`
const E = `sha256:${'e'.repeat(64)}`

const wanted = [
  { text: 'acme/web:1.2', reference: parseReference('acme/web:1.2'), digest: D },
  { text: 'acme/web', reference: parseReference('acme/web'), digest: E },
]

test.each<[boolean, string, path: string, before: string, after: string]>([
  [true, 'an image with its digest', 'spec.image', 'acme/web:1.2', `acme/web:1.2@${D}`],
  [true, 'the same without its tag', 'spec.image', 'acme/web:1.2', `acme/web@${D}`],
  [true, 'an argument', 'spec.args[0]', '--image=acme/web:1.2', `--image=acme/web:1.2@${D}`],
  [
    true,
    'a text with two',
    'data.a',
    'x acme/web:1.2\nacme/web:1.2',
    `x acme/web:1.2@${D}\nacme/web:1.2@${D}`,
  ],
  [true, 'a scheme', 'spec.url', 'oci://acme/web:1.2', `oci://acme/web:1.2@${D}`],
  [false, 'a longer name', 'spec.image', 'docker.io/acme/web:1.2', `docker.io/acme/web:1.2@${D}`],
  [false, 'another digest', 'spec.image', 'acme/web:1.2', `acme/web:1.2@${E}`],
  [false, 'another tag', 'spec.image', 'acme/web:1.2', `acme/web:1.3@${D}`],
  [false, 'another name', 'spec.image', 'acme/web:1.2', `acme/other:1.2@${D}`],
  [false, 'something else in the text', 'data.a', 'a acme/web:1.2', `b acme/web:1.2@${D}`],
  [false, 'a suffix behind the digest', 'spec.image', 'acme/web:1.2-slim', `acme/web:1.2@${D}-slim`],
  [false, 'a label', 'metadata.labels.app', 'acme/web', `acme/web@${E}`],
  [false, 'a selector', 'spec.selector.matchLabels["a/b"]', 'acme/web', `acme/web@${E}`],
  [false, 'a name', 'spec.containers[0].name', 'acme/web', `acme/web@${E}`],
  [false, 'an annotation with the tag alone', 'metadata.annotations.version', '1.2', `1.2@${D}`],
])('%s: %s', (planned, _, path, before, after) => {
  expect(isPlanned({ object: 'Pod web', path, before, after }, wanted)).toBe(planned)
})

test('a value that was added or lost is never planned', () => {
  expect(isPlanned({ object: 'Pod web', path: 'a', after: `acme/web:1.2@${D}` }, wanted)).toBe(false)
  expect(isPlanned({ object: 'Pod web', path: 'a', before: 'acme/web:1.2' }, wanted)).toBe(false)
})

const rendered = (text: string): Rendered => readRendered(new TextEncoder().encode(text)) as Rendered
const object = (name: string, rest: string): string =>
  `---\nkind: ConfigMap\nmetadata: {name: ${name}}\n${rest}\n`

test.each<[string, before: string, after: string, readonly string[]]>([
  [
    'comments, quotes and the order of keys',
    object('a', 'data: {b: c, d: e}'),
    object('a', '# x\ndata:\n  d: "e"\n  b: c'),
    [],
  ],
  ['the order of objects', object('a', '') + object('b', ''), object('b', '') + object('a', ''), []],
  [
    'a number that becomes a string',
    object('a', 'data: 1'),
    object('a', 'data: "1"'),
    ['ConfigMap a data: 1 → 1'],
  ],
  [
    'an item that moves',
    object('a', 'data: [b]'),
    object('a', 'data: [c, b]'),
    ['ConfigMap a data[0]: b → c', 'ConfigMap a data[1]: undefined → b'],
  ],
  [
    'a mapping that is emptied',
    object('a', 'data: {b: c}'),
    object('a', 'data: {}'),
    ['ConfigMap a data.b: c → undefined', 'ConfigMap a data: undefined → {}'],
  ],
  ['an object that is gone', object('a', ''), '', ['ConfigMap a : an object → undefined']],
  [
    'a second object of the same name',
    object('a', ''),
    object('a', '') + object('a', ''),
    ['ConfigMap a (2) : undefined → an object'],
  ],
  [
    'an anchored value',
    object('a', 'data: {b: &b c, d: *b}'),
    object('a', 'data: {b: &b x, d: *b}'),
    ['ConfigMap a data.b: c → x'],
  ],
])('renderings: %s', (_, before, after, expected) => {
  const found = findDifferences(rendered(before), rendered(after))
  expect(found.map((one) => `${one.object} ${one.path}: ${one.before} → ${one.after}`)).toEqual(expected)
})

test('a rendering that is not YAML', () => {
  expect(readRendered(new TextEncoder().encode('a: [\n'))).toBe(undefined)
})
