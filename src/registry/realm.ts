import { RegistryFailure } from './failure.ts'
import { cleanText, redactUrl } from './redact.ts'
import { unsafeReason } from './safe-target.ts'

/**
 * The URL of the token server that a registry names. It may be relative.
 *
 * @param text as the challenge has it
 * @param from the URL that was asked
 * @throws {RegistryFailure} REGISTRY_UNSAFE_REALM
 */
export function checkedRealm(text: string, from: URL): URL {
  const realm = URL.parse(text, from.href)
  const reason = realm === null ? 'it is no URL' : unsafeReason(from, realm)
  if (realm !== null && reason === undefined) return realm
  const target = realm === null ? cleanText(text, 80) : redactUrl(realm)
  throw new RegistryFailure('REGISTRY_UNSAFE_REALM', { target, reason: reason ?? '' })
}
