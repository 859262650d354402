import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'

/** Far more than a quadratic search of this length would take is left to a slow machine. */
const SOON = 20_000
const LONG = 500_000

/** A text of about half a megabyte. */
const long = (unit: string): string => unit.repeat(Math.floor(LONG / unit.length))

const pod = (image: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'a', image }] },
  })

const configMap = (text: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a' },
    data: { k: text, image: text },
  })

describe('a long text of a manifest is searched in linear time, since no deadline ends a search', () => {
  test.each<[name: string, text: string]>([
    ['letters, as in the scheme of a URL', long('a')],
    ['beginnings of URLs', long('a://')],
    ['beginnings of queries', `${long('a://')}?`],
    ['path segments without a tag', long('docker.io/a')],
    ['angle brackets', long('<')],
    ['a placeholder between underlines', `__${long('a')}`],
    ['a placeholder in capitals', `CHANGE${long('A')}.x`],
    ['short, but with as many ways to divide it as there are numbers', `CHANGE${'A'.repeat(60)}.x`],
    ['actions of a template that never end', long('{{ .')],
    ['actions of a template that end otherwise', `${long('{{ .')}}`],
  ])(
    '%s',
    async (_, text) => {
      for (const input of [pod(text), configMap(text)]) {
        for (const args of [['check', '--require-pinned'], ['fields'], ['images']]) {
          const { code } = await runInProcess(args, { cwd: tmpdir(), input })
          expect([0, 1]).toContain(code)
        }
      }
    },
    SOON,
  )
})

test.each<[name: string, input: string]>([
  ['broken documents', `---\na: "x\n${long('#\n').slice(0, 60)}`.repeat(7000)],
  ['JSON objects with Unicode line breaks', long('{"kind":"Pod","apiVersion":"v1","x":"\u2028"}\n')],
])(
  'a stream of many %s is read in linear time',
  async (_, input) => {
    const { code } = await runInProcess(['check'], { cwd: tmpdir(), input })
    expect([0, 1]).toContain(code)
  },
  SOON,
)
