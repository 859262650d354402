import { isPrivateHost } from './address.ts'

/**
 * Why a server may not send its client to another URL, by redirect or as the realm of its tokens; undefined
 * where it may. A registry on the Internet must not make Pinpull ask addresses inside the user's network, nor
 * leave TLS (after go-containerregistry's fixes of 2026 to `validateRealmURL` and its redirects).
 *
 * @param from the URL that was asked
 * @param to where it points
 */
export function unsafeReason(from: URL, to: URL): string | undefined {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return `${to.protocol} is not HTTP`
  if (to.protocol === 'http:' && from.protocol === 'https:') return 'it leaves HTTPS for plain HTTP'
  if (to.username !== '' || to.password !== '') return 'it holds user information'
  if (to.host === from.host || isPrivateHost(from.hostname)) return undefined
  return isPrivateHost(to.hostname) ? 'it is an address inside a private network' : undefined
}
