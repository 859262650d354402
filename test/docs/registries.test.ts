import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Situation } from '../support/faults/situation.ts'
import { SITUATIONS } from '../support/faults/situations.ts'

const path = fileURLToPath(new URL('../../docs/registries.md', import.meta.url))
const BEGIN = '<!-- The rows of test/support/faults, written by UPDATE=1 npx vitest run test/docs. -->\n'
const END = '<!-- End of the rows. -->\n'

function row({ over, what, counted, seconds, code, exit }: Situation): string {
  const seen =
    counted === undefined
      ? ''
      : 'requests' in counted
        ? String(counted.requests)
        : `${counted.connections} connection${counted.connections === 1 ? '' : 's'}`
  const shown = code === 'pinned' ? 'pinned' : `\`${code}\``
  return `| ${over} | ${what} | ${seen} | ${seconds} s | ${shown} | ${exit} |\n`
}

test('docs/registries.md has the fault matrix of the tests', () => {
  const page = readFileSync(path, 'utf8')
  const [before = '', rest = ''] = page.split(BEGIN)
  const [, after = ''] = rest.split(END)
  const table = `\n| over | what the server does | requests | at most | outcome | exit |\n|---|---|--:|--:|---|--:|\n${SITUATIONS.map(row).join('')}\n`
  const wanted = `${before}${BEGIN}${table}${END}${after}`
  if (process.env['UPDATE'] === '1') writeFileSync(path, wanted)
  expect(page, 'UPDATE=1 npx vitest run test/docs').toBe(wanted)
})

test('no row exits as a defect or takes longer than 10 seconds', () => {
  expect(SITUATIONS.filter(({ exit, seconds }) => ![0, 1, 3].includes(exit) || seconds > 10)).toEqual([])
})
