import { expect, test } from 'vitest'
import type { Code } from '../../src/diagnostics/catalogue.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { withOutageCheck } from '../../src/resolve/registry-resolver.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'

const IMAGES = ['r.io/a:1', 'r.io/b:1', 'r.io/c:1', 'other.io/a:1']

const codesOf = (resolver: ReturnType<typeof withOutageCheck>, bypassMirrors: boolean) =>
  Promise.all(
    IMAGES.map((image) =>
      resolver.resolve(parseReference(image), { bypassMirrors, signal: new AbortController().signal }).then(
        () => 'answered',
        ({ code, args }) => `${code} ${args.image}`,
      ),
    ),
  )

test.each<[first: Code | string, asked: number, others: string]>([
  ['REGISTRY_UNAVAILABLE', 1, 'REGISTRY_UNAVAILABLE'],
  ['REGISTRY_TLS_UNTRUSTED', 1, 'REGISTRY_TLS_UNTRUSTED'],
  ['DEADLINE_EXCEEDED', 1, 'DEADLINE_EXCEEDED'],
  ['CREDENTIAL_MISSING', 3, 'answered'],
  ['MANIFEST_UNKNOWN', 3, 'answered'],
  ['a', 3, 'answered'],
])(
  'where the first answer of a registry is %s, %i of three images are asked for',
  async (first, asked, others) => {
    const inner = fixedResolver({ 'r.io/a:1': first, 'r.io/b:1': 'b', 'r.io/c:1': 'c', 'other.io/a:1': 'd' })
    const codes = await codesOf(withOutageCheck(inner), true)
    const failed = (image: string): string => (others === 'answered' ? others : `${others} ${image}`)
    expect(codes.slice(1)).toEqual([failed('r.io/b:1'), failed('r.io/c:1'), 'answered'])
    expect([...inner.asked.keys()].filter((image) => image.startsWith('r.io/'))).toHaveLength(asked)
  },
)

test('what is asked of mirrors is asked as it comes', async () => {
  const inner = fixedResolver({ 'r.io/b:1': 'b', 'r.io/c:1': 'c', 'other.io/a:1': 'd' })
  expect(await codesOf(withOutageCheck(inner), false)).toEqual([
    'REGISTRY_UNAVAILABLE r.io/a:1',
    'answered',
    'answered',
    'answered',
  ])
})
