import { RegistryFailure } from './failure.ts'
import { type HttpAnswer, header } from './http.ts'
import { cleanText, redactUrl } from './redact.ts'
import { unsafeReason } from './safe-target.ts'

/**
 * Where an answer redirects to.
 *
 * @returns undefined where it is no redirect
 * @throws {RegistryFailure} REGISTRY_UNSAFE_REDIRECT
 */
export function redirectTarget(answer: HttpAnswer, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return undefined
  const location = header(answer, 'location')
  const target = URL.parse(location ?? '', from.href)
  if (location === undefined || target === null) {
    throw unsafeRedirect(cleanText(location ?? 'nowhere', 80), 'it is no URL')
  }
  const reason = unsafeReason(from, target)
  if (reason !== undefined) throw unsafeRedirect(redactUrl(target), reason)
  return target
}

/** The failure of a redirect that is not followed. */
export function unsafeRedirect(target: string, reason: string): RegistryFailure {
  return new RegistryFailure('REGISTRY_UNSAFE_REDIRECT', { target, reason })
}
