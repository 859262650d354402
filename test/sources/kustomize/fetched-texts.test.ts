import { expect, test } from 'vitest'
import { fetchedTextsIn } from '../../../src/sources/kustomize/fetched-texts.ts'

const WEB = 'http://127.0.0.1:8080/x'

test.each<[name: string, kustomization: string, found: readonly string[]]>([
  ['a resource', `resources: ["${WEB}"]`, [WEB]],
  ['a resource that looks like YAML', `resources: ["${WEB}: y"]`, [`${WEB}: y`]],
  ['keys in other letters', `Patches: [{Path: "${WEB}"}]`, [WEB]],
  ['a scheme in capitals', 'resources: ["HTTPS://example.org"]', ['HTTPS://example.org']],
  ['a key twice', `resources: ["${WEB}"]\nresources: [x.yaml]`, [WEB]],
  ['an alias', `a: &a "${WEB}"\nopenapi: {path: *a}`, [WEB, WEB]],
  ['a generated file', `configMapGenerator: [{name: x, files: ["a=${WEB}"]}]`, [`a=${WEB}`]],
  [
    'a transformer in place of its file',
    `transformers:\n- |-\n  kind: PatchTransformer\n  path: ${WEB}`,
    [WEB],
  ],
  ['a transformer on one line', `transformers: ['{"kind":"PatchTransformer", "path":"${WEB}"}']`, [WEB]],
  [
    'a file of a transformer',
    `kind: PatchTransformer\npath: ${WEB}\n---\nkind: X\nfiles: ["${WEB}"]`,
    [WEB, WEB],
  ],
  ['a patch, whose values are no files', `patches:\n- patch: |-\n    - value: ${WEB}\n`, []],
  ['literals', `configMapGenerator: [{name: x, literals: ["URL=${WEB}"]}]`, []],
  ['annotations', `commonAnnotations: {home: "${WEB}"}`, []],
  ['an address within a text', `namePrefix: "see ${WEB}"`, []],
  ['no YAML', 'a: [', []],
])('%s', (_, kustomization, found) => {
  expect(fetchedTextsIn(Buffer.from(kustomization))).toEqual(found)
})

test('what aliases share is looked at once', () => {
  const levels = Array.from({ length: 3 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}]`)
  expect(fetchedTextsIn(Buffer.from(`l0: &l0 ["${WEB}"]\n${levels.join('\n')}`))).toEqual([WEB])
})
