import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { EXIT } from '../../src/cli/io/exit.ts'
import { allCodes, type Code, catalogueEntry } from '../../src/diagnostics/catalogue.ts'
import { expectPage } from '../support/generated-page.ts'

const src = fileURLToPath(new URL('../../src', import.meta.url))

const INTRODUCTION = `# Diagnostics

*Generated from the catalogue by \`UPDATE=1 npx vitest run test/docs\`; a test compares.*

Everything that Pinpull reports has a code, which never changes its meaning. A profile can change severities
(see [config.md](config.md)). Only errors fail a run, each with the exit code below;
[cli.md](cli.md) says which exit code wins if there are several.
`

/** The codes of each file of src/diagnostics/codes, with a title from its doc comment. */
function areas(): { title: string; codes: Code[] }[] {
  const folder = join(src, 'diagnostics/codes')
  return readdirSync(folder).map((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const title = /\/\*\* Codes? (about [^.]+)\./.exec(text)?.[1] ?? file
    const codes = [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{/gm)].map(([, code]) => code as Code)
    return { title, codes }
  })
}

function section(code: Code): string {
  const { title, severity, exit, message, hint } = catalogueEntry(code)
  const exitCode = `exit code ${EXIT[exit]}${severity === 'error' ? '' : ' if a profile makes it an error'}`
  const filled = (text: string): string =>
    text.replace(/\{(pinpull[^{}]*)\}/g, '$1 *file*').replace(/\{(\w+)\}/g, '*$1*')
  return [
    `### ${code}`,
    '',
    `${title}. Severity: ${severity}; ${exitCode}.`,
    '',
    `> ${filled(message)}`,
    '>',
    `> → ${filled(hint)}`,
    '',
  ].join('\n')
}

test('docs/diagnostics.md has every code', () => {
  const parts = areas().map(({ title, codes }) =>
    [`## ${title[0]?.toUpperCase()}${title.slice(1)}`, '', ...codes.map(section)].join('\n'),
  )
  expectPage('diagnostics.md', [INTRODUCTION, ...parts].join('\n'))
})

describe('the catalogue', () => {
  const codes = allCodes()

  test('every code is in a file of its area', () => {
    expect(
      areas()
        .flatMap((area) => area.codes)
        .sort(),
    ).toEqual([...codes].sort())
  })

  /** Those of `verify` are in the catalogue before the rooms that report them: each is taken from this list when it is reported. */
  const notYet: readonly Code[] = ['SIGNER_CHANGED', 'SIGNER_LOST']

  test('every code is used somewhere', () => {
    const sources = (readdirSync(src, { recursive: true }) as string[])
      .filter((file) => file.endsWith('.ts') && !file.includes('diagnostics/codes'))
      .map((file) => readFileSync(join(src, file), 'utf8'))
      .join('\n')
    const unused = codes.filter((code) => !new RegExp(`'${code}'`).test(sources))
    expect(unused.filter((code) => !notYet.includes(code))).toEqual([])
  })

  test('a message is a sentence without a full stop, and so is a hint', () => {
    const wrong = codes.filter(
      (code) => /\.$/.test(catalogueEntry(code).message) || /\.$/.test(catalogueEntry(code).hint),
    )
    expect(wrong).toEqual([])
  })
})
