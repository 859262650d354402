import { randomBytes } from 'node:crypto'
import type { Answer, SeenRequest } from './script.ts'

/** The authentication method of a registry. */
export type AuthOptions = BasicOptions | BearerOptions

interface Readers {
  /** Passwords by user name. */
  readonly users?: Readonly<Record<string, string>>
  /** Whether a user may read a repository; `undefined` is the anonymous user. Default: every named user may read everything. */
  readonly mayRead?: (user: string | undefined, repository: string) => boolean
}

export interface BasicOptions extends Readers {
  readonly kind: 'basic'
}

export interface BearerOptions extends Readers {
  readonly kind: 'bearer'
  /** User names by refresh token, for `grant_type=refresh_token`. */
  readonly refreshTokens?: Readonly<Record<string, string>>
  /** The token server: a path on the registry itself (default), or a separate server. */
  readonly realm?: 'registry' | 'own server'
  /** Seconds; default 300. Sent as `expires_in`. */
  readonly expiresIn?: number
  /** The field of the token response that has the token. Default: `token`. */
  readonly field?: 'token' | 'access_token'
  /** The methods that the token endpoint supports. Default: both. */
  readonly methods?: readonly ('GET' | 'POST')[]
  readonly service?: string
}

/** Checks requests: it returns the response that rejects a request, or undefined. */
export interface Gate {
  /** @param repository absent for `/v2/` itself */
  check(request: SeenRequest, repository: string | undefined, realm: string): Answer | undefined
  /** Answers a request to the token endpoint. */
  token(request: SeenRequest): Answer
}

interface Grant {
  readonly repositories: readonly string[]
  readonly expires: number
}

/**
 * Makes the authentication of a registry.
 *
 * @param options the method and the users
 * @param now milliseconds since the epoch, for the expiry of tokens
 */
export function createGate(options: AuthOptions, now: () => number): Gate {
  const mayRead = options.mayRead ?? ((user) => user !== undefined)
  const userOf = (authorization: string | undefined): string | undefined => {
    const [name, password] = basicCredentials(authorization) ?? []
    return name !== undefined && password !== undefined && options.users?.[name] === password
      ? name
      : undefined
  }

  if (options.kind === 'basic') {
    return {
      check: ({ headers }, repository) => {
        const user = userOf(headers.authorization)
        if (
          user === undefined &&
          (headers.authorization !== undefined || !mayRead(undefined, repository ?? ''))
        )
          return unauthorized('Basic realm="registry"')
        if (repository === undefined || mayRead(user, repository)) return undefined
        return json(403, {
          errors: [{ code: 'DENIED', message: 'requested access to the resource is denied' }],
        })
      },
      token: () => json(404, {}),
    }
  }

  const grants = new Map<string, Grant>()
  const service = options.service ?? 'registry.test'
  const methods: readonly string[] = options.methods ?? ['GET', 'POST']

  return {
    check: ({ headers }, repository, realm) => {
      const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull"`
      const challenge = `Bearer realm="${realm}",service="${service}"${scope}`
      const [scheme, token = ''] = (headers.authorization ?? '').split(' ')
      if (scheme?.toLowerCase() !== 'bearer') return unauthorized(challenge)
      const grant = grants.get(token)
      if (grant === undefined || grant.expires <= now())
        return unauthorized(`${challenge},error="invalid_token"`)
      if (repository === undefined || grant.repositories.includes(repository)) return undefined
      return unauthorized(`${challenge},error="insufficient_scope"`)
    },
    token: (request) => {
      if (!methods.includes(request.method)) return json(405, {})
      const form = request.method === 'POST' ? new URLSearchParams(request.body) : request.query
      const given = form.get('grant_type')
      const user =
        given === 'refresh_token'
          ? options.refreshTokens?.[form.get('refresh_token') ?? '']
          : given === 'password'
            ? userOf(basicHeader(form.get('username') ?? '', form.get('password') ?? ''))
            : userOf(request.headers.authorization)
      const claimed = given !== null || request.headers.authorization !== undefined
      if (claimed && user === undefined)
        return json(401, { errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] })
      const repositories = form
        .getAll('scope')
        .flatMap((scopes) => scopes.split(' '))
        .map((scope) => /^repository:(.+):[^:]*\bpull\b[^:]*$/.exec(scope)?.[1])
        .filter((repository) => repository !== undefined)
        .filter((repository) => mayRead(user, repository))
      const expiresIn = options.expiresIn ?? 300
      const token = `test-token-${randomBytes(12).toString('hex')}`
      grants.set(token, { repositories, expires: now() + expiresIn * 1000 })
      return json(200, {
        [options.field ?? 'token']: token,
        expires_in: expiresIn,
        issued_at: new Date(now()).toISOString(),
      })
    },
  }
}

/** The value of an Authorization header for a user name and a password. */
export function basicHeader(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

export function json(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  const body = Buffer.from(JSON.stringify(value))
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}

function unauthorized(challenge: string): Answer {
  const message = 'authentication required'
  return json(401, { errors: [{ code: 'UNAUTHORIZED', message }] }, { 'www-authenticate': challenge })
}

function basicCredentials(authorization: string | undefined): [string, string] | undefined {
  const [scheme, encoded] = (authorization ?? '').split(' ')
  if (scheme?.toLowerCase() !== 'basic' || encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}
