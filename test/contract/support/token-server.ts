import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAuthority } from '../../support/registry/certificate.ts'

/** A token server as the distribution project specifies it, for real registries that trust its authority. */
export interface TokenServer {
  readonly realm: string
  readonly service: string
  readonly issuer: string
  /** For the registry's `rootcertbundle`, PEM. */
  readonly authority: string
  /** The tokens given, as `user: repository`; `-` is the anonymous user. */
  readonly given: readonly string[]
  close(): Promise<void>
}

/**
 * Starts it on a free loopback port. Tokens are JSON web tokens signed with ES256, with the certificate chain in
 * `x5c` (distribution, docs/content/spec/auth/jwt.md).
 *
 * @param users passwords by name
 * @param mayPull who may pull what; `undefined` is the anonymous user
 */
export async function startTokenServer(
  users: Readonly<Record<string, string>>,
  mayPull: (user: string | undefined, repository: string) => boolean,
): Promise<TokenServer> {
  const authority = createAuthority('Pinpull tokens')
  const { cert, key } = authority.issue({ hosts: ['localhost'], name: 'Pinpull tokens' })
  const chain = [cert.replace(/-----[^-]+-----|\s/g, '')]
  const names = { service: 'test registry', issuer: 'test issuer' }
  const given: string[] = []

  const server = createServer((request, answer) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const login = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    const [user, password] = login === undefined ? [] : Buffer.from(login, 'base64').toString().split(':')
    if (user !== undefined && users[user] !== password) {
      answer
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"details":"incorrect username or password"}')
      return
    }
    const access = searchParams.getAll('scope').flatMap((scope) => {
      const [type, name = '', actions = ''] = scope.split(':')
      // Only what is asked for and allowed is granted: less than was asked is no error here.
      const allowed = actions.split(',').filter((action) => user !== undefined || action === 'pull')
      return type === 'repository' && mayPull(user, name) ? [{ type, name, actions: allowed }] : []
    })
    for (const { name } of access) given.push(`${user ?? '-'}: ${name}`)
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: names.issuer,
      sub: user ?? '',
      aud: searchParams.get('service'),
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    }
    const signed = [{ alg: 'ES256', typ: 'JWT', x5c: chain }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const signature = sign('sha256', Buffer.from(signed), {
      key: createPrivateKey(key),
      dsaEncoding: 'ieee-p1363',
    })
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify({ token: `${signed}.${signature.toString('base64url')}`, expires_in: 300 }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    // By name: crane refuses a realm whose host is a loopback address with another port than the registry's.
    realm: `http://localhost:${(server.address() as AddressInfo).port}/token`,
    ...names,
    authority: authority.ca,
    given,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
