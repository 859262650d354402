import { readSentUrl } from '../reference/server-url.ts'
import type { Reach } from './address.ts'
import { RegistryFailure } from './failure.ts'
import { type HttpAnswer, type HttpRequest, header } from './http.ts'
import { originOf } from './redact.ts'
import { judgeTarget } from './safe-target.ts'

/** Where an answer redirects to. */
export interface Redirect {
  readonly url: URL
  /** Which addresses it may have; undefined where it is the server itself. */
  readonly reach: Reach | undefined
}

/**
 * Where an answer redirects to.
 *
 * @param request what was answered
 * @returns undefined where it is no redirect
 * @throws {RegistryFailure} REGISTRY_UNSAFE_REDIRECT
 */
export function redirectOf(
  answer: HttpAnswer,
  request: Pick<HttpRequest, 'url' | 'reach'>,
): Redirect | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined
  const location = header(answer, 'location')
  const url = location === undefined ? undefined : readSentUrl(location, request.url)
  if (url === undefined) {
    throw unsafeRedirect(location === undefined ? 'nowhere' : 'a location', 'it is no URL', answer)
  }
  const { address } = answer
  const judgement = judgeTarget({ url: request.url, reach: request.reach, address }, url)
  if (!judgement.isSafe) throw unsafeRedirect(originOf(url), judgement.reason, answer)
  return { url, reach: judgement.reach }
}

/** The failure of a redirect that is not followed. */
export function unsafeRedirect(target: string, reason: string, { server }: HttpAnswer): RegistryFailure {
  return new RegistryFailure('REGISTRY_UNSAFE_REDIRECT', { target, reason }, { server })
}
