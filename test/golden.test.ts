import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../src/config/builtin-profiles.ts'
import { parseConfig } from '../src/config/parse.ts'
import type { Profile } from '../src/config/profile.ts'
import { formatDiagnostics } from '../src/report/diagnostic-text.ts'
import { transform } from '../src/transform.ts'
import { readSource } from '../src/yaml/source.ts'
import { fixedResolver } from './support/fixed-resolver.ts'

/**
 * A folder is a case: `input.yaml`, `case.json` (what is claimed, the profile, the registry's answers), `config.yaml` where a
 * configuration is wanted, and either
 * `expected.yaml` or nothing where the run must fail; `messages.txt` holds all findings. `UPDATE=1` writes the
 * expectations anew: read the difference before you commit it.
 */
const folder = fileURLToPath(new URL('golden', import.meta.url))

interface Case {
  readonly claim: string
  readonly profile: string
  readonly change?: Partial<Profile>
  readonly registry: Readonly<Record<string, string>>
}

async function profilesOf(config: string | undefined): Promise<ReadonlyMap<string, Profile>> {
  if (config === undefined) return BUILTIN_PROFILES
  const parsed = await parseConfig(readSource(Buffer.from(config)), { tier: 1 })
  expect(parsed.diagnostics).toEqual([])
  return parsed.config?.profiles ?? BUILTIN_PROFILES
}

describe('golden cases', () => {
  test.each(readdirSync(folder))('%s', async (name) => {
    const at = (file: string): string => join(folder, name, file)
    const read = (file: string): string | undefined =>
      existsSync(at(file)) ? readFileSync(at(file), 'utf8') : undefined
    const { claim, profile, change, registry } = JSON.parse(readFileSync(at('case.json'), 'utf8')) as Case
    const base = (await profilesOf(read('config.yaml'))).get(profile)
    if (base === undefined) throw new Error(`no profile ${profile}`)
    const options = {
      profile: { ...base, ...change },
      resolver: fixedResolver(registry),
      signal: new AbortController().signal,
    }

    const { output, report } = await transform(readFileSync(at('input.yaml')), options)
    const text = output === undefined ? undefined : Buffer.from(output).toString()
    const messages = report.diagnostics
      .map((one) => `${[...formatDiagnostics([one], false)].join('')}\n`)
      .join('')
    if (process.env['UPDATE'] === '1') {
      if (text !== undefined) writeFileSync(at('expected.yaml'), text)
      if (messages !== '') writeFileSync(at('messages.txt'), messages)
    }
    expect(text, claim).toBe(read('expected.yaml'))
    expect(messages, claim).toBe(read('messages.txt') ?? '')

    if (output !== undefined) {
      const again = await transform(output, options)
      expect(again.output && Buffer.from(again.output).toString(), 'a second pass changes nothing').toBe(text)
    }
  })
})
