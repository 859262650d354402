import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROGRAM_COMMAND, runProgram } from '../support/program.ts'

/**
 * The program ends as soon as it has written everything, whatever its runtime would still do. A pipe holds 64 KiB: with a slow
 * reader it is full for the whole time, and the rest may not be lost.
 */
describe.skipIf(process.platform === 'win32')('a pipe whose reader is slow gets everything', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinpull-slow-reader-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** Runs the program with a named pipe that is read slowly, and that a shell redirects to or an argument names. */
  async function run(
    input: string,
    args: readonly string[],
    redirection: string,
  ): Promise<{ code: number | null; received: Buffer }> {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const inputFile = join(folder, 'input.yaml')
    writeFileSync(inputFile, input)
    const words = args.map((arg) => arg.replace('PIPE', pipe))
    const child = spawn(
      'sh',
      ['-c', `exec "$@" ${redirection.replace('PIPE', pipe)}`, 'sh', ...PROGRAM_COMMAND, ...words],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', HOME: '/dev/null/home' },
        stdio: [openSync(inputFile, 'r'), 'ignore', 'ignore'],
      },
    )
    const code = new Promise<number | null>((resolve) => child.on('exit', resolve))
    const received = await readSlowly(pipe)
    rmSync(pipe)
    return { code: await code, received }
  }

  test('of 24 MB of manifests', async () => {
    const filler = `---\nkind: ConfigMap\napiVersion: v1\ndata:\n  text: ${'x'.repeat(2000)}\n`
    const input = pods(1000, 'nginx:1.27').replaceAll('---\n', `${filler.repeat(12)}---\n`)
    const { code, received } = await run(input, ['--profile', 'dev'], '> PIPE')
    expect(code).toBe(0)
    const expected = input.replaceAll('nginx:1.27\n', 'nginx:1.27\n    imagePullPolicy: Always\n')
    expect(received.equals(Buffer.from(expected))).toBe(true)
  })

  test('of many messages', async () => {
    const input = pods(2000, 'Not/A/Reference')
    const args = ['--profile', 'prod']
    const { code, received } = await run(input, args, '2> PIPE')
    const fast = await runProgram(args, { input })
    expect([code, fast.code]).toEqual([1, 1])
    expect(received.length).toBeGreaterThan(300_000)
    expect(received.toString()).toBe(fast.stderr)
  })

  test('of a report', async () => {
    const input = pods(2000, 'Not/A/Reference')
    const args = ['--profile', 'dev', '--report']
    const { code, received } = await run(input, [...args, 'PIPE'], '')
    const fast = await runProgram([...args, '/dev/stdout'], { input })
    expect(code).toBe(fast.code)
    expect(received.length).toBeGreaterThan(300_000)
    expect(fast.stdout.subarray(0, received.length).equals(received)).toBe(true)
  })
})

function pods(count: number, image: string): string {
  return Array.from(
    { length: count },
    (_, at) => `---
apiVersion: v1
kind: Pod
metadata:
  name: web-${at}
spec:
  containers:
  - name: web
    image: ${image}
`,
  ).join('')
}

async function readSlowly(path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  const file = await open(path)
  // By now the program has filled the pipe, or will.
  await sleep(300)
  for await (const chunk of file.createReadStream({ highWaterMark: 1 << 16 })) {
    chunks.push(chunk)
    if (chunks.length < 50) await sleep(1)
  }
  return Buffer.concat(chunks)
}
