import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { getFromHelper } from '../../src/credentials/credential-helper.ts'
import { type Command, type CommandResult, processRunner } from '../../src/credentials/program.ts'

const exited = (stdout: string, code = 0, stderr = ''): CommandResult => ({
  kind: 'exited',
  code,
  stdout,
  stderr,
})
const NOT_FOUND = exited('credentials not found in native keychain\n', 1)

/** Asks a helper that answers so, one answer a call, and tells what it was called with. */
async function asking(host: string, results: readonly CommandResult[], helper = 'test') {
  const commands: Command[] = []
  const run = async (command: Command): Promise<CommandResult> => {
    commands.push(command)
    return results[commands.length - 1] ?? NOT_FOUND
  }
  const credential = await getFromHelper(helper, host, { run, env: { PATH: '/bin' }, file: 'config.json' })
  return { credential, commands, inputs: commands.map(({ input }) => input) }
}

describe('the protocol', () => {
  test('get, the registry on standard input, no shell', async () => {
    const { credential, commands } = await asking('r.example.com', [
      exited('{"ServerURL":"r.example.com","Username":"ann","Secret":"pw"}'),
    ])
    expect(credential).toEqual({
      kind: 'basic',
      username: 'ann',
      password: 'pw',
      source: 'docker-credential-test (config.json)',
    })
    expect(commands).toEqual([
      {
        program: 'docker-credential-test',
        args: ['get'],
        input: 'r.example.com',
        env: { PATH: '/bin' },
        timeout: 60_000,
        maxOutput: 1024 * 1024,
      },
    ])
  })

  test.each([
    [
      'Docker Hub by its old name',
      'registry-1.docker.io',
      [NOT_FOUND],
      ['https://index.docker.io/v1/'],
      undefined,
    ],
    ['not found, tried as a URL too', 'r.io', [NOT_FOUND, NOT_FOUND], ['r.io', 'https://r.io'], undefined],
    [
      'found as a URL',
      'r.io',
      [NOT_FOUND, exited('{"Username":"u","Secret":"p"}')],
      ['r.io', 'https://r.io'],
      { kind: 'basic', username: 'u', password: 'p' },
    ],
    [
      'an identity token',
      'r.io',
      [exited('{"Username":"<token>","Secret":"id"}')],
      ['r.io'],
      { kind: 'identity-token', token: 'id' },
    ],
    ['{} is not found', 'r.io', [exited('{}'), exited('{}')], ['r.io', 'https://r.io'], undefined],
  ] as const)('%s', async (_, host, results, inputs, expected) => {
    const asked = await asking(host, results)
    expect(asked.inputs).toEqual(inputs)
    if (expected === undefined) expect(asked.credential).toBeUndefined()
    else expect(asked.credential).toMatchObject(expected)
  })
})

describe('a failing helper is an error, not anonymous', () => {
  test.each([
    [
      'no JSON',
      exited('s3cret'),
      'CREDENTIAL_HELPER_FAILED',
      'its output is not the JSON that the protocol requires',
    ],
    [
      'no secret',
      exited('{"Username":"ann"}'),
      'CREDENTIAL_HELPER_FAILED',
      'its output is not the JSON that the protocol requires',
    ],
    [
      'a failure, told on standard error',
      exited('s3cret', 2, 'first\n\u001b[31mno keychain\u0007\n'),
      'CREDENTIAL_HELPER_FAILED',
      'exit code 2: [31mno keychain',
    ],
    ['no server URL', exited('no credentials server URL', 1), 'CREDENTIAL_HELPER_FAILED', 'exit code 1'],
    ['too slow', { kind: 'timeout' }, 'CREDENTIAL_HELPER_FAILED', 'no response within 60 s'],
    ['too much', { kind: 'too-much-output' }, 'CREDENTIAL_HELPER_FAILED', 'it printed more than 1 MiB'],
    ['not to be run', { kind: 'failed', reason: 'EACCES' }, 'CREDENTIAL_HELPER_FAILED', 'EACCES'],
  ] as const)('%s', async (_, result, code, reason) => {
    const failing = asking('r.io', [result])
    await expect(failing).rejects.toMatchObject({
      code,
      args: { helper: 'test', registry: 'r.io', file: 'config.json', reason },
    })
    await expect(failing).rejects.not.toThrow(/s3cret/)
  })

  test('not installed', async () => {
    await expect(asking('r.io', [{ kind: 'not-found' }])).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_MISSING',
      args: { helper: 'test', registry: 'r.io', file: 'config.json' },
    })
  })

  test.each(['../../bin/sh', 'a/b', '', '-x', 'a;b', 'a b'])('"%s" is no name', async (helper) => {
    await expect(asking('r.io', [exited('{}')], helper)).rejects.toMatchObject({
      code: 'CREDENTIAL_HELPER_FAILED',
    })
  })
})

describe('real programs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-helper-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  const program = (name: string, script: string): string => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const run = (path: string, more: Partial<Command> = {}): Promise<CommandResult> =>
    processRunner(process)({
      program: path,
      args: [],
      input: 'in put',
      env: { PATH: process.env['PATH'] },
      timeout: 600_000,
      maxOutput: 1000,
      ...more,
    })

  test('input, output, errors and exit code', async () => {
    const path = program('echo', 'cat; echo problem >&2; exit 3')
    expect(await run(path)).toEqual({ kind: 'exited', code: 3, stdout: 'in put', stderr: 'problem\n' })
  })

  test('a program that does not read its input', async () => {
    expect(await run(program('deaf', 'exec <&-; echo done'), { input: 'x'.repeat(1_000_000) })).toMatchObject(
      { kind: 'exited', code: 0, stdout: 'done\n' },
    )
  })

  test('arguments are not for a shell', async () => {
    expect(await run(program('args', 'printf "%s|" "$@"'), { args: ['a b', '$HOME', ';'] })).toMatchObject({
      stdout: 'a b|$HOME|;|',
    })
  })

  test('only the environment that it is given', async () => {
    expect(
      await run(program('env', 'echo "$SECRET-$HOME"'), { env: { PATH: '/bin:/usr/bin', SECRET: 'x' } }),
    ).toMatchObject({ stdout: 'x-\n' })
  })

  test('one that hangs is killed, its children too late to matter', async () => {
    expect(await run(program('hang', 'sleep 600 & sleep 600'), { timeout: 200 })).toEqual({ kind: 'timeout' })
  })

  test('one that prints without end', async () => {
    expect(await run(program('yes', 'yes'))).toEqual({ kind: 'too-much-output' })
  })

  test('one that is not there, or not a program', async () => {
    expect(await run(join(folder, 'nothing'))).toEqual({ kind: 'not-found' })
    writeFileSync(join(folder, 'text'), 'x')
    expect(await run(join(folder, 'text'))).toEqual({ kind: 'failed', reason: 'EACCES' })
  })

  test('one that is killed', async () => {
    expect(await run(program('dies', 'kill -9 $$'))).toEqual({ kind: 'failed', reason: 'killed by SIGKILL' })
  })
})
