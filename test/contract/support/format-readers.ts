import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Question, REFUSED, type Verdict } from '../../support/format-verdict.ts'
import { goModule } from './go-tool.ts'
import type { Need } from './need.ts'

/** The owners' own code, built from the module beside this file. */
export function formatReaders(): Promise<Need> {
  return goModule(
    'format-readers-1',
    'format-readers',
    fileURLToPath(new URL('format-readers', import.meta.url)),
  )
}

interface Answer {
  readonly result: unknown
  readonly error?: string
}

/** What the owners make of questions, in the form of Pinpull's verdicts. */
export function ownersVerdicts(program: string, questions: readonly Question[]): Verdict[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('')
  const { stdout, stderr, status } = spawnSync(program, { input, maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`the readers of formats failed: ${stderr}`)
  const answers = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
  return answers.map(({ result, error }, index) =>
    error === undefined
      ? inOurForm((questions[index] as Question).owner, result)
      : (questions[index] as Question).owner === 'matchImages'
        ? false // A pattern that is no URL fits no image.
        : REFUSED,
  )
}

/** A URL as it is asked for: containerd joins its path anew for every request. */
function plain(url: string): string {
  const href = URL.parse(url)?.href ?? url
  return href.replace(/(?<!:)\/{2,}/g, '/').replace(/\/$/, '')
}

interface Auth {
  readonly username: string
  readonly password: string
  readonly identityToken?: string
  readonly registryToken?: string
}

function inOurForm(owner: Question['owner'], result: unknown): Verdict {
  if (result === null || typeof result === 'string')
    return owner === 'proxy' && result !== null ? new URL(result).origin : result
  switch (owner) {
    case 'registries.conf':
      return (result as { reference: string; insecure: boolean }[]).map(({ reference, insecure }) => [
        reference,
        insecure,
      ])
    case 'hosts.toml': {
      const able = (result as { url: string; resolve: boolean; skipVerify: boolean }[]).filter(
        ({ resolve }) => resolve,
      )
      return able.length === 0 ? REFUSED : able.map(({ url, skipVerify }) => [plain(url), skipVerify])
    }
    case 'config.json':
    case 'auth.json':
      return authOf(result as Auth)
    case 'pull secret':
      return (result as Auth[]).map(authOf)
    case 'provider config':
      return (result as { name: string; args?: string[]; matchImages: string[] }[]).map(
        ({ name, args, matchImages }) => [name, args ?? [], matchImages],
      )
    default:
      return result
  }
}

function authOf({ username, password, identityToken, registryToken }: Auth): Verdict {
  if (registryToken) return `registry-token ${registryToken}`
  return identityToken ? `identity-token ${identityToken}` : `${username}:${password}`
}
