import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ExitCode, exitCodeOf } from '../../../src/cli/io/exit.ts'
import { type Code, catalogueEntry } from '../../../src/diagnostics/catalogue.ts'
import type { Severity } from '../../../src/diagnostics/catalogue-entry.ts'
import type { FailOn } from '../../../src/diagnostics/failing.ts'

const found = (...all: readonly (Code | [Code, Severity])[]) =>
  all.map((one) => {
    const [code, severity] = typeof one === 'string' ? [one, 'error' as const] : one
    return { code, severity, args: {} }
  })

describe('--fail-on', () => {
  test.each<[FailOn, string, ReturnType<typeof found>, ExitCode]>([
    ['error', 'warnings', found(['IMAGE_LATEST', 'warning']), 0],
    ['warning', 'a warning', found(['IMAGE_LATEST', 'warning']), 1],
    ['warning', 'a remark', found(['HELM_PREAMBLE_REMOVED', 'info']), 0],
    ['warning', 'a warning about a registry', found(['REGISTRY_TIMEOUT', 'warning']), 3],
    [
      'warning',
      'an error about a registry, and a warning',
      found('REGISTRY_TIMEOUT', ['IMAGE_LATEST', 'warning']),
      3,
    ],
    ['never', 'errors in manifests', found('IMAGE_UNPINNED', 'MANIFEST_UNKNOWN'), 0],
    ['never', 'what could not be checked', found('IMAGE_UNPINNED', 'REGISTRY_TIMEOUT'), 3],
    ['never', 'wrong usage', found('USAGE'), 2],
  ])('%s: %s', (failOn, _, diagnostics, code) => {
    expect(exitCodeOf(diagnostics, failOn)).toBe(code)
  })
})

describe('exitCodeOf', () => {
  test.each<[string, ReturnType<typeof found>, ExitCode]>([
    ['nothing', found(), 0],
    ['warnings of every class', found(['IMAGE_LATEST', 'warning'], ['REGISTRY_TIMEOUT', 'warning']), 0],
    ['a remark', found(['HELM_PREAMBLE_REMOVED', 'info']), 0],
    ['a tag that does not exist', found('MANIFEST_UNKNOWN'), 1],
    ['an image that is not locked', found('LOCK_MISSING_ENTRY'), 1],
    ['an image that is refused', found('REGISTRY_NOT_ALLOWED'), 1],
    ['an image that a registries.conf blocks', found('REGISTRY_BLOCKED'), 1],
    ['a warning that a profile makes an error', found(['IMAGE_LATEST', 'error']), 1],
    ['an option', found('USAGE'), 2],
    ['a key of the configuration', found('CONFIG_UNKNOWN_KEY'), 2],
    ['a lock file that was named', found('LOCK_ABSENT'), 2],
    ['a file of credentials', found('CREDENTIAL_FILE_INVALID'), 2],
    ['a report that cannot be written', found('REPORT_NOT_WRITTEN'), 2],
    ['no route', found('REGISTRY_UNAVAILABLE'), 3],
    ['no answer', found('REGISTRY_TIMEOUT'), 3],
    ['a status of 5xx', found('REGISTRY_ERROR'), 3],
    ['a rate limit', found('REGISTRY_PULL_LIMIT'), 3],
    ['a certificate', found('REGISTRY_TLS_UNTRUSTED'), 3],
    ['a proxy', found('REGISTRY_PROXY_FAILED'), 3],
    ['a credential helper', found('CREDENTIAL_HELPER_FAILED'), 3],
    ['a login that is missing', found('CREDENTIAL_MISSING'), 3],
    ['the end of the time for a run', found('DEADLINE_EXCEEDED'), 3],
    ['a full disk', found('OUTPUT_NOT_WRITTEN'), 3],
    ['a broken promise', found('INTERNAL'), 70],
    ['objects that went missing', found('OBJECTS_LOST'), 70],
  ])('%s', (_, diagnostics, code) => {
    expect(exitCodeOf(diagnostics)).toBe(code)
  })

  test.each<[ExitCode, Code[]]>([
    [3, ['MANIFEST_UNKNOWN', 'REGISTRY_TIMEOUT']],
    [2, ['MANIFEST_UNKNOWN', 'REGISTRY_TIMEOUT', 'REPORT_NOT_WRITTEN']],
    [70, ['MANIFEST_UNKNOWN', 'REGISTRY_TIMEOUT', 'REPORT_NOT_WRITTEN', 'INTERNAL']],
  ])('%i comes before the others of %j', (code, codes) => {
    expect(exitCodeOf(found(...codes))).toBe(code)
    expect(exitCodeOf(found(...codes.toReversed()))).toBe(code)
  })
})

test('what is thrown as a wrong usage ends with the exit code of one', () => {
  const src = fileURLToPath(new URL('../../../src', import.meta.url))
  const text = (readdirSync(src, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n')
  const thrown = [...text.matchAll(/new (?:Usage|Config)Error\(\s*'([A-Z_]+)'/g)].map(
    ([, code]) => code as Code,
  )
  expect(thrown.length).toBeGreaterThan(10)
  expect(thrown.filter((code) => catalogueEntry(code).exit !== 'usage')).toEqual([])
})
