import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import {
  type Command,
  type CommandResult,
  lastErrorLine,
  processRunner,
} from '../../src/credentials/program.ts'

const folder = mkdtempSync(join(tmpdir(), 'pinpull-process-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0

/** A script that writes the numbers of its processes to a file, so that it can be seen which of them are left, and kill them. */
function script(body: string): { path: string; left: () => Promise<number[]>; kill: () => void } {
  const path = join(folder, `script-${++count}`)
  const pids = `${path}.pids`
  writeFileSync(path, `#!/bin/bash\nexec 9>>'${pids}'; echo $$ >&9\n${body}\n`)
  chmodSync(path, 0o755)
  const processes = (): number[] =>
    existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []
  return {
    path,
    kill: () => {
      for (const pid of processes().filter(isAlive)) process.kill(pid)
    },
    left: async () => {
      const all = processes()
      // What was killed has its place until its parent has heard of it.
      for (let i = 0; i < 1000 && all.some(isAlive); i++) await wait(20)
      return all.filter(isAlive)
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

const run = (program: string, more: Partial<Command> = {}): Promise<CommandResult> =>
  processRunner(process)({
    program,
    args: [],
    input: '',
    env: { PATH: process.env['PATH'] },
    timeout: 600_000,
    maxOutput: 1000,
    ...more,
  })

const CHILDREN = [
  ['waits by itself', 'sleep 600'],
  ['waits for a child', 'sleep 600 & echo $! >&9; wait'],
  ['waits for a grandchild', "(bash -c 'sleep 600 & echo $! >&9; wait' & echo $! >&9; wait)"],
  [
    'does not heed SIGTERM and SIGINT',
    'trap "" TERM INT HUP; sleep 600 & echo $! >&9; while :; do sleep 1; done',
  ],
  ['forks twice and holds its pipes', '(sleep 600 & echo $! >&9) & sleep 600'],
  ['starts a daemon in a session of its own', 'setsid bash -c "echo \\$\\$ >&9; exec sleep 600" & sleep 600'],
  ['never reads its input', 'exec <&-; sleep 600'],
] as const

describe('when the time is over, nothing is left of a program that', () => {
  test.each(CHILDREN)('%s', async (_, body) => {
    const { path, left } = script(body)
    const signal = AbortSignal.timeout(500)
    expect(await run(path, { signal, input: 'x'.repeat(1_000_000) })).toEqual({ kind: 'aborted' })
    expect(await left()).toEqual([])
  })

  test('has too little time of its own', async () => {
    const { path, left } = script('sleep 600 & echo $! >&9; wait')
    expect(await run(path, { timeout: 300 })).toEqual({ kind: 'timeout' })
    expect(await left()).toEqual([])
  })

  test('prints without end', async () => {
    const { path, left } = script('yes & echo $! >&9; wait')
    expect(await run(path)).toEqual({ kind: 'too-much-output' })
    expect(await left()).toEqual([])
  })
})

test('a signal that was aborted before starts nothing', async () => {
  const { path, left } = script('sleep 600')
  expect(await run(path, { signal: AbortSignal.abort() })).toEqual({ kind: 'aborted' })
  expect(await left()).toEqual([])
})

describe('a program that ends and leaves something behind', () => {
  test('in its group: that is ended', async () => {
    const { path, left } = script('sleep 600 & echo $! >&9; echo done')
    expect(await run(path)).toMatchObject({ kind: 'exited', code: 0, stdout: 'done\n' })
    expect(await left()).toEqual([])
  })

  test('in a session of its own, with the pipes: they are closed', async () => {
    const { path, kill } = script('echo done; setsid sleep 600 & echo $! >&9')
    expect(await run(path)).toMatchObject({ kind: 'exited', code: 0, stdout: 'done\n' })
    kill()
  })

  test('what was printed is whole', async () => {
    const { path } = script('head -c 900 /dev/zero | tr "\\0" x; sleep 600 &')
    expect(await run(path)).toMatchObject({ kind: 'exited', stdout: 'x'.repeat(900) })
  })
})

describe('a program is named', () => {
  test('by what PATH has, and gets no relative entry of it', async () => {
    const { path } = script('echo "$PATH"')
    const name = path.slice(folder.length + 1)
    expect(await run(name, { env: { PATH: `.:${folder}::/usr/bin:/bin` } })).toMatchObject({
      stdout: `${folder}:/usr/bin:/bin\n`,
    })
    expect(await run(name, { env: { PATH: '.:/usr/bin' } })).toEqual({ kind: 'not-found' })
  })

  test('and has an interpreter that is not there', async () => {
    const path = join(folder, 'no-interpreter')
    writeFileSync(path, '#!/nothing/here\n')
    chmodSync(path, 0o755)
    expect(await run(path)).toEqual({
      kind: 'failed',
      reason: 'the interpreter in its first line does not exist',
    })
  })
})

describe('when this process is ended, so is the program', () => {
  const RUNNER = new URL('../../src/credentials/program.ts', import.meta.url).href

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s', async (signal) => {
    const { path, left } = script('trap "" TERM INT HUP; sleep 600 & echo $! >&9; echo ready >&2; wait')
    const code = `
      const { processRunner } = await import(${JSON.stringify(RUNNER)})
      const command = { program: ${JSON.stringify(path)}, args: [], input: '', env: process.env, timeout: 600000, maxOutput: 1000 }
      await processRunner(process)(command)
    `
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' })
    while (!existsSync(`${path}.pids`)) await wait(20)
    await wait(200)
    const ended = once(parent, 'exit')
    parent.kill(signal)
    expect(await ended).toEqual([null, signal])
    expect(await left()).toEqual([])
  })

  test('by itself', async () => {
    const { path, left } = script('sleep 600')
    const code = `
      const { processRunner } = await import(${JSON.stringify(RUNNER)})
      const command = { program: ${JSON.stringify(path)}, args: [], input: '', env: process.env, timeout: 600000, maxOutput: 1000 }
      processRunner(process)(command)
      setTimeout(() => process.exit(3), 500)
    `
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' })
    expect(await once(parent, 'exit')).toEqual([3, null])
    expect(await left()).toEqual([])
  })

  test('and no listener stays', async () => {
    const before = process.listenerCount('SIGTERM')
    await run(script('exit 0').path)
    expect(process.listenerCount('SIGTERM')).toBe(before)
  })
})

const remark = (stderr: string, stdout = '', env = {}): string => lastErrorLine({ stdout, stderr, env })

test.each([
  ['nothing', '', ''],
  ['the last line', 'first\nno keychain\n', 'no keychain'],
  ['a carriage return', 'first\rno keychain\r\n', 'no keychain'],
  ['control characters and marks that turn the text', '\u001b[31mno\u202e key\u0007', '[31mno  key'],
  ['paths and versions', 'cannot open /usr/lib/python3.11/site-packages/keyring', undefined],
  ['a long line', 'x '.repeat(300), `${'x '.repeat(100)}…`],
])('%s', (_, stderr, expected) => {
  expect(remark(stderr)).toBe(expected ?? stderr)
})

describe('secrets', () => {
  test.each<[string, string, string?, Record<string, string>?]>([
    [
      'what stood on standard output',
      'cannot parse hunter2 as a user',
      '{"Username":"ann","Secret":"hunter2"}',
    ],
    ['escaped there', 'bad a"b"c', String.raw`{"Secret":"a\"b\"c"}`],
    ['no JSON there', 'got correcthorse', 'correcthorse\n'],
    ['a variable that is named like a secret', 'login with pw12 failed', '', { REG_PASSWORD: 'pw12' }],
    ['user information of a URL', 'GET https://ann:pa:ss@r.io/x'],
    ['a header', 'sent Authorization: Bearer abc.def-123'],
    ['an assignment', 'AWS_SECRET_ACCESS_KEY=abcd/efg+h'],
    ['a quoted assignment', '{"refresh_token": "abcdefg"}'],
    ['a query', 'https://r.io/?sig=a%2Fb&x=1'],
    ['a JWT', 'refused eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'],
    ["GitHub's tokens", 'bad credentials ghp_0123456789abcdefABCD'],
    ["AWS's keys", 'no AKIAIOSFODNN7EXAMPLE here'],
    ['a long mixed word', 'rejected 0123456789abcdef0123456789abcdef'],
  ])('%s', (_, stderr, stdout = '', env = {}) => {
    const shown = remark(stderr, stdout, env)
    expect(shown).toContain('[redacted]')
    expect(shown).not.toMatch(
      /hunter2|a"b"c|correcthorse|pw12|pa:ss|abc\.def|efg|a%2F|eyJ|ghp_|AKIA|0123456789abcdef/,
    )
  })

  test('a line of which nothing else is left', () => {
    expect(remark('s3cret', 's3cret')).toBe('')
  })
})
