import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'

test('no settings are taken from files that lie about for other programs', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'pinpull-'))
  try {
    writeFileSync(join(cwd, '.env'), 'PINPULL_PROFILE=nonsense\nPINPULL_QUIET=1\n')
    writeFileSync(join(cwd, 'bunfig.toml'), 'preload = ["./preload.ts"]\n')
    writeFileSync(join(cwd, 'preload.ts'), 'process.exit(9)\n')
    writeFileSync(join(cwd, 'package.json'), '{ "type": "commonjs", "main": "none.js" }\n')
    const run = await runProgram(['--profile', 'dev'], { cwd, input: 'kind: List\nitems: []\n' })
    expect([run.code, run.stdout.toString()]).toEqual([0, 'kind: List\nitems: []\n'])
    expect(run.stderr).toContain('pinpull: dev')
  } finally {
    rmSync(cwd, { recursive: true })
  }
})
