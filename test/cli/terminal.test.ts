import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROGRAM_COMMAND } from '../support/program.ts'

/**
 * The program in a pseudo-terminal, which `script` of util-linux makes, against a server that accepts connections and never
 * answers.
 */
const HAS_SCRIPT = /util-linux/.test(spawnSync('script', ['--version']).stdout?.toString() ?? '')
if (!HAS_SCRIPT) console.warn('SKIPPED: tests in a pseudo-terminal need script of util-linux')

let folder = ''
let port = 0
const sockets = new Set<Socket>()
const silent = createServer((socket) => {
  sockets.add(socket.on('error', () => {}))
})
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-terminal-'))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  port = (silent.address() as AddressInfo).port
  const containers = ['a', 'b'].map(
    (name) => `  - {name: ${name}, image: 'registry.example.com/${name}:1.0.0'}\n`,
  )
  writeFileSync(
    join(folder, 'pod.yaml'),
    `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n${containers.join('')}`,
  )
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  silent.close()
  rmSync(folder, { recursive: true })
})

/** @returns what the terminal was sent, and the exit code */
async function inTerminal(args: readonly string[], columns: number) {
  const words = [...PROGRAM_COMMAND, '--mirror', `*=http://127.0.0.1:${port}`, ...args]
  const command = words.map((word) => `'${word}'`).join(' ')
  const child = spawn(
    'script',
    ['-qec', `stty cols ${columns}; ${command} < pod.yaml > out-${columns}.yaml`, '/dev/null'],
    { cwd: folder, env: { PATH: process.env['PATH'], HOME: '/dev/null/home', CI: '1', TERM: 'xterm' } },
  )
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, text: Buffer.concat(chunks).toString() }
}

test.runIf(HAS_SCRIPT).concurrent.each([
  [80, 'pinpull: '],
  [120, 'pinpull: [--------------------] '],
])('in %i columns a run shows what it waits for, and ends within --timeout', async (columns, start) => {
  const { code, text } = await inTerminal(['--timeout', '6s'], columns)
  const [before, first = '', ...rest] = text.split('\r\u001b[K')
  expect([code, before]).toEqual([3, ''])
  // A sign of life long before the end: what is printed says how long the wait has been.
  expect(first.slice(0, start.length)).toBe(start)
  expect(first.slice(start.length)).toMatch(
    /^0 of 2 images resolved, waiting for 127\.0\.0\.1:\d+ \([0-5] s, try 1 of 4\)$/,
  )
  // It is rewritten, and erased before the diagnostics.
  expect(rest.slice(0, -1).filter((line) => !line.includes('2 images resolved'))).toEqual([])
  expect(rest.at(-1)).toMatch(
    /^\S*error DEADLINE_EXCEEDED:\S* timed out after 6 s \(--timeout\), before 127\.0\.0\.1:\d+ responded; 2 images are affected:\r\n/,
  )
  expect(rest.at(-1)).toMatch(/pinpull: prod: 1 error in 2 images; nothing was written\r\n$/)
})

test.runIf(HAS_SCRIPT)('with --quiet the terminal shows errors only', async () => {
  const { text } = await inTerminal(['--timeout', '2s', '--quiet'], 80)
  expect(text).not.toContain('images resolved')
})
