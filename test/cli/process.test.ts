import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { PROGRAM_COMMAND, runProgram } from '../support/program.ts'

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - name: app\n      image: ${image}\n`

describe('exit codes', () => {
  test.each([
    ['done', [], pod('nginx:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'), 0],
    ['nothing to do', [], '', 0],
    ['help', ['--help'], '', 0],
    ['the version', ['--version'], '', 0],
    ['a finding', [], pod('NGINX'), 1],
    ['an unknown option', ['--frobnicate'], '', 2],
    ['an unknown profile', ['--profile', 'moon'], '', 2],
    ['a mirror that is none', ['--mirror', 'docker.io'], '', 2],
    ['a timeout that is none', ['--timeout', 'soon'], '', 2],
  ])('%s', async (_, args, input, code) => {
    const run = await runProgram(args, { input })
    expect(run.code).toBe(code)
    if (code !== 0) {
      expect(run.stdout.toString()).toBe('')
      expect(run.stderr).toMatch(/^(?:\S+: )?error [A-Z_]+: .+\n/)
    }
  })
})

describe('being one of several processes', () => {
  test('a reader that went away is no reason for noise', async () => {
    const many = Array(3000).fill(pod('nginx')).join('---\n') // More than a pipe holds.
    const [command, ...args] = PROGRAM_COMMAND
    const child = spawn(command, [...args, '--profile', 'dev'], { stdio: ['pipe', 'pipe', 'pipe'] })
    child.stdin.on('error', () => {})
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    const ended = once(child, 'close')
    child.stdout.once('data', () => child.stdout.destroy())
    child.stdin.end(many)
    const [code, signal] = await ended
    expect([code === 3 || signal === 'SIGPIPE', said.match(/^\s+at .+:\d+/m)]).toEqual([true, null])
    expect(said).not.toContain('EPIPE')
  })
})
