import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM_COMMAND, RUNS_ON_NODE } from '../support/program.ts'

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: []}\n'

/** A disk without room, that every Linux has. */
const FULL = '/dev/full'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pinpull-streams-'))
})
afterAll(() => rmSync(cwd, { recursive: true }))

type Stream = 'pipe' | string

/** Runs the program with some of its three streams being files, or folders. */
function run(
  [input, output, errors]: readonly [Stream, Stream, Stream],
  words: readonly string[] = PROGRAM_COMMAND,
): SpawnSyncReturns<string> {
  const opened: number[] = []
  const stdio = [input, output, errors].map((stream, index) => {
    if (stream === 'pipe') return 'pipe'
    const fd = openSync(stream, index === 0 ? 'r' : 'w')
    opened.push(fd)
    return fd
  })
  const [command = '', ...args] = words
  try {
    return spawnSync(command, args, {
      cwd,
      stdio,
      input: POD,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', HOME: '/dev/null/home' },
    })
  } finally {
    for (const fd of opened) closeSync(fd)
  }
}

describe('streams that do not work', () => {
  test('a folder as standard input', () => {
    const { status, stdout, stderr } = run([cwd, 'pipe', 'pipe'])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      'error INPUT_NOT_READ: standard input cannot be read: illegal operation on a directory (EISDIR)\n  → pipe manifests into it, or redirect it from a file\n',
    )
  })

  test.skipIf(!existsSync(FULL))('a full disk behind standard output', () => {
    const { status, stderr } = run(['pipe', FULL, 'pipe'])
    expect(status).toBe(3)
    expect(stderr).toContain(
      'error OUTPUT_NOT_WRITTEN: standard output cannot be written: no space left on device (ENOSPC)\n  → discard the output: it may be incomplete\n',
    )
  })

  test.skipIf(!existsSync(FULL))('a standard error that takes nothing is no reason to fail', () => {
    const { status, stdout } = run(['pipe', 'pipe', FULL])
    expect([status, stdout]).toEqual([0, POD])
  })

  test.skipIf(process.platform === 'win32')('a reader of messages that has gone is none either', () => {
    const words = ['sh', '-c', '{ "$@" 2>&1 >&3 3>&- | true; } 3>&1', 'sh', ...PROGRAM_COMMAND]
    expect(run(['pipe', 'pipe', 'pipe'], words).stdout).toBe(POD)
  })
})

describe('a working directory that does not work', () => {
  // Bun's runtime, which the binary is made with, ends before our code begins where there is no working directory.
  test.skipIf(process.platform === 'win32' || !RUNS_ON_NODE)('one that was removed is an empty one', () => {
    const words = [
      'sh',
      '-c',
      'mkdir gone && cd gone && rmdir ../gone && exec "$@"',
      'sh',
      ...PROGRAM_COMMAND,
    ]
    const { status, stdout } = run(['pipe', 'pipe', 'pipe'], words)
    expect([status, stdout]).toEqual([0, POD])
  })

  test('a pinpull.yaml that links to nothing is not passed by', () => {
    symlinkSync('nowhere', join(cwd, 'pinpull.yaml'))
    const { status, stdout, stderr } = run(['pipe', 'pipe', 'pipe'])
    rmSync(join(cwd, 'pinpull.yaml'))
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('error CONFIG_UNREADABLE: the configuration pinpull.yaml cannot be read: ')
  })
})
