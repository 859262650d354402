import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: nginx:1}]}\n'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pinpull-report-'))
  writeFileSync(
    join(cwd, 'bad.yaml'),
    'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {a: 1, b: 2}\n',
  )
})
afterAll(() => rmSync(cwd, { recursive: true }))

/** Helm 4 keeps standard error to itself: the file is then all there is. */
describe('a report tells of a run that failed before any image was looked at', () => {
  test.each<[name: string, args: readonly string[], input: string, codes: readonly string[]]>([
    ['no lock file', ['--locked'], POD, ['LOCK_ABSENT']],
    ['a broken configuration', ['--config', 'bad.yaml'], POD, ['CONFIG_UNKNOWN_KEY', 'CONFIG_UNKNOWN_KEY']],
    ['an unknown profile', ['--profile', 'moon'], POD, ['PROFILE_UNKNOWN']],
    ['UTF-16', [], '\xff\xfe', ['INPUT_NOT_UTF8']],
    ['a check without its configuration', ['check', '--config', 'none.yaml'], POD, ['CONFIG_UNREADABLE']],
    ['a check of what is not there', ['check', 'none.yaml'], POD, ['FILE_NOT_READ']],
    ['a lock that would come out empty', ['lock', '--prune', '--locked'], '', ['USAGE']],
  ])('%s', async (_, args, input, codes) => {
    const file = join(cwd, 'report.json')
    writeFileSync(file, 'what an earlier run left')
    const bytes = Buffer.from(input, 'latin1')
    const { code, stdout } = await runInProcess(['--report', file, ...args], { cwd, input: bytes })
    expect([code === 1 || code === 2, stdout]).toEqual([true, ''])
    const { diagnostics } = JSON.parse(readFileSync(file, 'utf8'))
    expect(diagnostics.map((one: { code: string }) => one.code)).toEqual(codes)
  })
})
