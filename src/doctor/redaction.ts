import { ELLIPSIS, type SecretRedactor, sanitize } from '../registry/errors/redact.ts'
import type { AddStep, Step } from './step.ts'

/** Makes texts safe to be pasted into a public issue. */
export interface Redaction {
  /** @param isQuoted whether the text comes from a server */
  readonly clean: (text: string, isQuoted?: boolean) => string
  /** Passes steps on with all their texts cleaned. */
  readonly steps: (add: AddStep) => AddStep
}

/** The longest text of a step. */
const MAX_LENGTH = 2000

/**
 * Removes secrets, the home folder, and the names of users in paths such as `/home/ann`.
 *
 * @param secrets knows the secrets that were sent to servers so far
 * @param home the user's home folder, shown as `~`
 */
export function createRedaction(
  secrets: Pick<SecretRedactor, 'redact'>,
  home: string | undefined,
): Redaction {
  const clean = (text: string, isQuoted = false): string => {
    const shown = home === undefined || home === '/' ? text : replaceFolder(text, home)
    const anonymous = shown.replace(/([\\/](?:home|Users)[\\/])[^\\/\s:;,'")]+/g, `$1${ELLIPSIS}`)
    return sanitize(secrets.redact(anonymous, isQuoted), MAX_LENGTH)
  }
  const cleanStep = ({ details = [], hint, ...step }: Step): Step => ({
    ...step,
    text: clean(step.text),
    ...(details.length === 0 ? {} : { details: details.map((one) => clean(one)) }),
    ...(hint === undefined ? {} : { hint: clean(hint) }),
  })
  return { clean, steps: (add) => (step) => add(cleanStep(step)) }
}

/** Replaces a folder, but not the beginning of a longer name. */
function replaceFolder(text: string, folder: string): string {
  return text
    .split(folder)
    .reduce((before, after) => `${before}${/^[\w.-]/.test(after) ? folder : '~'}${after}`)
}
