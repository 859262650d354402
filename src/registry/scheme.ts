import { type AuthScheme, parseChallenges, pickScheme } from './challenge.ts'
import { RegistryFailure } from './failure.ts'
import type { HttpAnswer, HttpRequest, Send } from './http.ts'
import type { Limits } from './limits.ts'
import { cleanText } from './redact.ts'

/**
 * What the challenge of a 401 asks for; a registry that challenges only at its root is asked there.
 *
 * @throws {RegistryFailure} REGISTRY_CHALLENGE_INVALID
 */
export async function schemeOf(
  answer: HttpAnswer,
  request: HttpRequest,
  { send, limits }: { readonly send: Send; readonly limits: Limits },
): Promise<AuthScheme> {
  const lines = answer.headers['www-authenticate'] ?? []
  const scheme = pickScheme(parseChallenges(lines))
  if (scheme !== undefined) return from(scheme, answer)
  const root = await send({
    ...request,
    method: 'GET',
    url: new URL('/v2/', request.url),
    headers: {},
    maxBytes: limits.errorBytes,
  })
  const rootLines = root.headers['www-authenticate'] ?? []
  const rootScheme = pickScheme(parseChallenges(rootLines))
  if (rootScheme !== undefined) return from(rootScheme, root)
  const shown = cleanText([...lines, ...rootLines].join(', '), 120)
  const reason = shown === '' ? 'status 401 without a challenge' : `the challenge is: ${shown}`
  throw new RegistryFailure('REGISTRY_CHALLENGE_INVALID', { reason }, { server: answer.server })
}

/** A scheme with the address that its challenge came from. */
function from(scheme: AuthScheme, { address }: HttpAnswer): AuthScheme {
  return scheme.kind === 'bearer' ? { ...scheme, address } : scheme
}
