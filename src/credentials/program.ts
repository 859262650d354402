import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { findExecutable, findOnPath, withAbsolutePath } from '../files/executable.ts'
import { MARK, ProcessGroups, type ProcessHost } from './program-group.ts'

/** A program to run, without a shell. */
export interface Command {
  /** A name to look up in the absolute entries of `PATH`, or an absolute path. */
  readonly program: string
  readonly args: readonly string[]
  /** Written to its standard input, which is then closed. */
  readonly input: string
  /** Its environment; relative entries of `PATH` are removed. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The time in milliseconds after which it is killed. */
  readonly timeout: number
  /** The size of standard output in bytes above which it is killed. */
  readonly maxOutput: number
  /** Kills it when aborted. */
  readonly signal?: AbortSignal | undefined
}

/** How a program ended. Its output may contain secrets. */
export type CommandResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'not-found' | 'timeout' | 'aborted' | 'too-much-output' }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * Returns why a program did not exit by itself, in words; undefined if it did.
 *
 * @param command the command that was run
 */
export function describeEnding(result: CommandResult, { timeout, maxOutput }: Command): string | undefined {
  switch (result.kind) {
    case 'exited':
      return undefined
    case 'not-found':
      return 'no such program'
    case 'timeout':
      return `no response within ${timeout / 1000} s`
    case 'aborted':
      return 'the run ended before it responded'
    case 'too-much-output':
      return `it printed more than ${maxOutput / 1024 / 1024} MiB`
    case 'failed':
      return result.reason
  }
}

/** The port through which programs are run. */
export type Run = (command: Command) => Promise<CommandResult>
/** How many characters of standard error are kept, from its end. */
const MAX_ERRORS = 4096

/**
 * How long to wait for the pipes of an exited program to close, in milliseconds. A daemon that it started, such as
 * gpg-agent, can hold them open forever.
 */
const DRAIN = 1000

/**
 * Returns a function that runs programs. It never rejects: every way to end is a result.
 *
 * Each program leads its own process group, which is killed when the program exits, when it times out, and when this
 * process ends. If the program was stopped, processes that left the group are killed too (on Linux); if it exited by
 * itself, a daemon that it started may stay. Windows has no process groups: only the program is killed.
 */
export function processRunner(host: ProcessHost): Run {
  const { platform } = host
  const groups = new ProcessGroups(host)
  return async (command) => {
    const isPath = /[\\/]/.test(command.program)
    const found = isPath
      ? findExecutable(command.program, platform)
      : findOnPath(command.program, command.env, platform)
    // For a path, `spawn` reports the error.
    const program = found ?? (isPath ? command.program : undefined)
    if (program === undefined) return { kind: 'not-found' }
    if (command.signal?.aborted === true) return { kind: 'aborted' }
    // Few runs start a program, and the module takes 3 ms to load.
    const { spawn } = await import('node:child_process')
    const mark = groups.newMark()
    const child = spawn(program, [...command.args], {
      env: { ...withAbsolutePath(command.env, platform), [MARK]: mark },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: platform !== 'win32',
      windowsHide: true,
    })
    groups.add(child.pid, mark)
    try {
      const result = await waitForEnd(child, command, () => groups.kill(child.pid))
      // A daemon such as gpg-agent may stay, unless the program was stopped.
      if (result.kind !== 'exited') groups.killMarked(mark)
      if (found === undefined || result.kind !== 'not-found') return result
      return { kind: 'failed', reason: 'the interpreter in its first line does not exist' }
    } finally {
      groups.kill(child.pid)
      groups.remove(child.pid)
    }
  }
}

/** Waits until a program exits, fails, times out or is aborted. */
function waitForEnd(
  child: ChildProcessWithoutNullStreams,
  command: Command,
  killGroup: () => void,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const stdout: Buffer[] = []
    let size = 0
    let stderr = ''
    let drain: NodeJS.Timeout | undefined
    const finish = (result: CommandResult): void => {
      clearTimeout(timer)
      clearTimeout(drain)
      command.signal?.removeEventListener('abort', onAbort)
      killGroup()
      // Processes that left the group may hold the pipes open.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy()
      resolve(result)
    }
    const exited = (code: number | null, signal: NodeJS.Signals | null): CommandResult =>
      code === null
        ? { kind: 'failed', reason: `killed by ${signal}` }
        : { kind: 'exited', code, stdout: Buffer.concat(stdout).toString('utf8'), stderr }
    const onAbort = (): void => finish({ kind: 'aborted' })
    const timer = setTimeout(() => finish({ kind: 'timeout' }), command.timeout)
    command.signal?.addEventListener('abort', onAbort)
    if (command.signal?.aborted === true) onAbort()
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish(
        error.code === 'ENOENT' ? { kind: 'not-found' } : { kind: 'failed', reason: error.code ?? 'error' },
      ),
    )
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > command.maxOutput) finish({ kind: 'too-much-output' })
      else stdout.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-MAX_ERRORS)
    })
    // A program may exit without reading its input.
    child.stdin.on('error', () => {})
    child.stdin.end(command.input)
    child.on('exit', (code, signal) => {
      drain = setTimeout(() => finish(exited(code, signal)), DRAIN)
    })
    child.on('close', (code, signal) => finish(exited(code, signal)))
  })
}

/** The maximum length of a quoted message, in characters. */
const MAX_LENGTH = 200

const HIDDEN = '[redacted]'

/** Shorter words of standard output are not redacted: they occur in too many other words. */
const MIN_SECRET = 4

/** Names of variables whose values are secrets. */
const SECRET_VARIABLE = /TOKEN|SECRET|PASS|PWD|KEY|CREDENTIAL|AUTH/i

/** Patterns of secrets; the first group is the part that is kept. */
const SECRET_SHAPES: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi,
  /(\b(?:bearer|basic|negotiate)\s+)[^\s"',;]+/gi,
  /((?:token|secret|passw(?:or)?d|passphrase|pwd|(?:api|access|private|secret)[-_ ]?key|authorization|credentials?|signature|sig)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
  /(\b)eyJ[\w-]{8,}(?:\.[\w-]+)*/g,
  /(\b)(?:A[KS]IA[A-Z0-9]{12,}|gh[a-z]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|dckr_pat_[\w-]{10,}|npm_\w{16,}|ya29\.[\w-]{10,})/g,
]

/** A word that is long enough to be a key. */
const LONG_WORD = /[A-Za-z0-9+_=-]{24,}/g

/** The output of a program, and its environment. */
export interface ProgramOutput {
  readonly stdout: string
  readonly stderr: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Returns the last line of standard error, safe to quote: of bounded length, without control and formatting characters,
 * and with secrets redacted: words of standard output, values of variables with names such as `*_TOKEN`, and text that
 * looks like a password, token or key.
 */
export function lastErrorLine({ stdout, stderr, env }: ProgramOutput): string {
  const line =
    stderr
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1) ?? ''
  let text = line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').trim()
  for (const secret of secretsIn(stdout, env)) text = text.replaceAll(secret, HIDDEN)
  for (const shape of SECRET_SHAPES) text = text.replace(shape, (_, kept: string) => `${kept}${HIDDEN}`)
  text = text.replace(LONG_WORD, (word) => (/\d/.test(word) && /[A-Za-z]/.test(word) ? HIDDEN : word))
  if (text.replaceAll(HIDDEN, '').trim() === '') return ''
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
}

/** Returns possible secrets, the longest first. Any word of standard output may be one. */
function secretsIn(stdout: string, env: ProgramOutput['env']): string[] {
  const words = stdout.split(/[\s"',:;{}[\]]+/)
  const values = [...stdout.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, value = '']) => unescaped(value))
  const variables = Object.entries(env).flatMap(([name, value = '']) =>
    SECRET_VARIABLE.test(name) ? [value] : [],
  )
  return [...new Set([...words, ...values, ...variables])]
    .filter((secret) => secret.length >= MIN_SECRET)
    .sort((one, other) => other.length - one.length)
}

function unescaped(value: string): string {
  try {
    return JSON.parse(`"${value}"`) as string
  } catch {
    return value
  }
}
