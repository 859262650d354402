/** The most characters of a program's message that are quoted. */
const MAX_LENGTH = 200

const HIDDEN = '[redacted]'

/** Words of standard output that are shorter are not removed: they occur within too many others. */
const MIN_SECRET = 4

/** Variables whose values are secrets, by their names. */
const SECRET_VARIABLE = /TOKEN|SECRET|PASS|PWD|KEY|CREDENTIAL|AUTH/i

/** Patterns of secrets; the first group is the part that is kept. */
const SECRET_SHAPES: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi,
  /(\b(?:bearer|basic|negotiate)\s+)[^\s"',;]+/gi,
  /((?:token|secret|passw(?:or)?d|passphrase|pwd|(?:api|access|private|secret)[-_ ]?key|authorization|credentials?|signature|sig)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi,
  /(\b)eyJ[\w-]{8,}(?:\.[\w-]+)*/g,
  /(\b)(?:A[KS]IA[A-Z0-9]{12,}|gh[a-z]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|dckr_pat_[\w-]{10,}|npm_\w{16,}|ya29\.[\w-]{10,})/g,
]

/** A run of characters that is long and mixed enough to be a key. */
const LONG_WORD = /[A-Za-z0-9+_=-]{24,}/g

/** What a program printed, and the environment that it saw. */
export interface Said {
  readonly stdout: string
  readonly stderr: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The last line that a program said on standard error, fit to be quoted: one line of bounded length, without control
 * and formatting characters, without what stood on standard output or in a variable that is named like a secret, and
 * without what looks like a password, a token or a key.
 */
export function remarkOf({ stdout, stderr, env }: Said): string {
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

/** Everything on standard output may be the secret or a part of it; longer words first. */
function secretsIn(stdout: string, env: Said['env']): string[] {
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
