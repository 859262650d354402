import type { Credential } from '../../credentials/keychain.ts'
import { parseReceivedUrl } from '../../reference/server-url.ts'
import { originOf } from '../errors/redact.ts'
import { RegistryFailure } from '../errors/registry-error.ts'
import type { Reach } from '../http/address.ts'
import type { Clock } from '../http/clock.ts'
import { basicAuthorization, type HttpAnswer, isSameOrigin, type Send } from '../http/http.ts'
import type { Limits } from '../http/limits.ts'
import { judgeTarget, redirectOf, type Sender, unsafeRedirect } from '../http/redirect.ts'
import { askedWait } from '../http/retry.ts'
import { parseErrors, rateFailure } from '../http/status.ts'
import type { TlsSettings } from '../http/tls.ts'

/** What a token is asked for with (distribution, docs/content/spec/auth/token.md and oauth.md). */
export interface TokenQuestion {
  /** Already checked to be safe. */
  readonly realm: URL
  /** Which addresses it may have; undefined: any. */
  readonly reach: Reach | undefined
  /** How often it is asked at most, where that is less than the limit. */
  readonly attempts: number | undefined
  readonly tls: TlsSettings | undefined
  readonly service?: string
  readonly scopes: readonly string[]
  readonly credential: Credential
  readonly signal: AbortSignal
  readonly deadline: number
}

export type TokenAnswer =
  /** `expires`: milliseconds since the epoch. */
  | { readonly kind: 'token'; readonly token: string; readonly expires: number }
  | { readonly kind: 'refused'; readonly status: number }

/** What asking needs. */
export interface TokenOptions {
  readonly send: Send
  readonly clock: Pick<Clock, 'now'>
  readonly limits: Limits
}

const CLIENT_ID = 'pinpull'
const MAX_REDIRECTS = 3
/** The specification has no shorter one; servers that say less mean it differently. */
const SHORTEST_LIFE = 60

/**
 * Asks a token server for a token to pull with. An identity token goes by POST as OAuth2 wants it, a password by GET as
 * most servers want it; each falls back to the other where the server does not know its way. Offline tokens are
 * never asked for.
 *
 * @throws {RegistryFailure} REGISTRY_TOKEN_FAILED, REGISTRY_UNSAFE_REDIRECT, or that there was no answer
 */
export async function requestToken(question: TokenQuestion, options: TokenOptions): Promise<TokenAnswer> {
  const { credential } = question
  const ask = (form?: Readonly<Record<string, string>>) => exchange(question, options, form)
  if (credential.kind === 'identity-token') {
    const answer = await ask({ grant_type: 'refresh_token', refresh_token: credential.token })
    return parseToken([400, 401, 404, 405].includes(answer.status) ? await ask() : answer, question, options)
  }
  const answer = await ask()
  if (credential.kind === 'basic' && (answer.status === 404 || answer.status === 405)) {
    const { username, password } = credential
    return parseToken(await ask({ grant_type: 'password', username, password }), question, options)
  }
  return parseToken(answer, question, options)
}

/** One request to the realm, redirects followed: a secret is never carried to another origin. */
async function exchange(
  question: TokenQuestion,
  options: TokenOptions,
  form?: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const { realm, credential } = question
  const holdsSecret = credential.kind !== 'anonymous'
  let url = form === undefined ? withQuery(question) : realm
  let { reach } = question
  for (let hops = 0; ; hops++) {
    const answer = await options.send({
      method: form === undefined ? 'GET' : 'POST',
      url,
      reach,
      role: 'token server',
      attempts: question.attempts,
      tls: question.tls,
      headers: form === undefined ? authorization(credential) : FORM_HEADERS,
      ...(form === undefined ? {} : { body: formBody(question, form) }),
      maxBytes: options.limits.tokenBytes,
      signal: question.signal,
      deadline: question.deadline,
    })
    const redirect = redirectOf(answer, { url, reach })
    if (redirect === undefined) return answer
    const target = originOf(redirect.url)
    if (hops === MAX_REDIRECTS) throw unsafeRedirect(target, 'there are too many redirects', answer)
    if (holdsSecret && !isSameOrigin(redirect.url, realm)) {
      throw unsafeRedirect(target, 'credentials are not carried to another host', answer)
    }
    url = redirect.url
    reach = redirect.reach
  }
}

const FORM_HEADERS = { 'content-type': 'application/x-www-form-urlencoded' }

function authorization(credential: Credential): Readonly<Record<string, string>> {
  switch (credential.kind) {
    case 'basic':
      return { authorization: basicAuthorization(credential.username, credential.password) }
    case 'identity-token':
      return { authorization: basicAuthorization('', credential.token) }
    default:
      return {}
  }
}

function withQuery({ realm, service, scopes, credential }: TokenQuestion): URL {
  const url = new URL(realm)
  if (service !== undefined) url.searchParams.set('service', service)
  for (const scope of scopes) url.searchParams.append('scope', scope)
  url.searchParams.set('client_id', CLIENT_ID)
  if (credential.kind === 'basic') url.searchParams.set('account', credential.username)
  return url
}

function formBody({ service, scopes }: TokenQuestion, form: Readonly<Record<string, string>>): string {
  return new URLSearchParams({
    ...form,
    ...(service === undefined ? {} : { service }),
    scope: scopes.join(' '),
    client_id: CLIENT_ID,
  }).toString()
}

function parseToken(answer: HttpAnswer, question: TokenQuestion, { clock }: TokenOptions): TokenAnswer {
  const { status } = answer
  // 400 is what DigitalOcean says to whom it does not know, and OAuth to a wrong password (RFC 6749, 5.2).
  if (status === 400 || status === 401 || status === 403) return { kind: 'refused', status }
  if (status === 429) throw rateFailure(answer, askedWait(answer, clock))
  if (status !== 200) {
    const [first] = parseErrors(answer)
    const said = first === undefined ? '' : ` (${first.message || first.code})`
    throw tokenFailure(question, answer, `status ${status} after ${answer.tries} tries${said}`)
  }
  const json = answer.isCut ? undefined : parseJson(answer.body)
  const token = json?.['access_token'] || json?.['token']
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw tokenFailure(question, answer, 'its answer holds no token')
  }
  return { kind: 'token', token, expires: expiry(json ?? {}, clock.now()) }
}

/** `issued_at` only counts where it makes sense: token servers' clocks are off. */
function expiry(json: Readonly<Record<string, unknown>>, now: number): number {
  const seconds = typeof json['expires_in'] === 'number' ? json['expires_in'] : SHORTEST_LIFE
  const life = Math.max(seconds, SHORTEST_LIFE) * 1000
  const issued = typeof json['issued_at'] === 'string' ? Date.parse(json['issued_at']) : Number.NaN
  const begins = issued <= now && issued + life > now ? issued : now
  return begins + life
}

function parseJson(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function tokenFailure({ realm }: TokenQuestion, { server }: HttpAnswer, reason: string): RegistryFailure {
  return new RegistryFailure('REGISTRY_TOKEN_FAILED', { target: originOf(realm), reason }, { server })
}

/** A token server that may be asked. */
export interface CheckedRealm {
  readonly url: URL
  /** Which addresses it may have; undefined where it is the registry itself. */
  readonly reach: Reach | undefined
}

/**
 * The URL of the token server that a registry names. It may be relative.
 *
 * @param text as the challenge has it
 * @param sender the registry
 * @throws {RegistryFailure} REGISTRY_UNSAFE_REALM
 */
export function checkedRealm(text: string, sender: Sender): CheckedRealm {
  const url = parseReceivedUrl(text, sender.url)
  if (url === undefined) throw unsafeRealm('a realm', 'it is no URL')
  const judgement = judgeTarget(sender, url)
  if (!judgement.isSafe) throw unsafeRealm(originOf(url), judgement.reason)
  return { url, reach: judgement.reach }
}

function unsafeRealm(target: string, reason: string): RegistryFailure {
  return new RegistryFailure('REGISTRY_UNSAFE_REALM', { target, reason })
}
