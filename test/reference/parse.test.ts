import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PinpullError } from '../../src/diagnostics/errors.ts'
import { isReference, parseReference } from '../../src/reference/parse.ts'

const hex = 'a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'
const sha256 = `sha256:${hex}`
const a = (count: number): string => 'a'.repeat(count)

describe('a reference is read as Docker, containerd and the kubelet read it', () => {
  test.each<[text: string, domain: string, path: string, tag?: string | undefined, digest?: string]>([
    ['nginx', 'docker.io', 'library/nginx'],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27'],
    [`nginx@${sha256}`, 'docker.io', 'library/nginx', undefined, sha256],
    [`nginx:1.27@${sha256}`, 'docker.io', 'library/nginx', '1.27', sha256],
    ['bitnami/redis', 'docker.io', 'bitnami/redis'],
    ['docker.io/nginx', 'docker.io', 'library/nginx'],
    ['docker.io/library/nginx', 'docker.io', 'library/nginx'],
    ['index.docker.io/nginx:1', 'docker.io', 'library/nginx', '1'],
    ['index.docker.io/bitnami/redis', 'docker.io', 'bitnami/redis'],
    ['registry-1.docker.io/library/nginx', 'registry-1.docker.io', 'library/nginx'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io', 'pause', '3.10'],
    ['quay.io/a/b/c/d:v1', 'quay.io', 'a/b/c/d', 'v1'],
    // Only what has a dot, a colon or an upper-case letter, or is `localhost`, is a domain.
    ['localhost/app', 'localhost', 'app'],
    ['localhost', 'docker.io', 'library/localhost'],
    ['test.com:5000', 'docker.io', 'library/test.com', '5000'],
    ['192.168.1.1:5000', 'docker.io', 'library/192.168.1.1', '5000'],
    ['192.168.1.1:5000/repo', '192.168.1.1:5000', 'repo'],
    ['test:5000/repo:tag', 'test:5000', 'repo', 'tag'],
    [`test:5000/repo:tag@${sha256}`, 'test:5000', 'repo', 'tag', sha256],
    ['foo_bar.com:8080', 'docker.io', 'library/foo_bar.com', '8080'],
    ['foo/foo_bar.com:8080', 'docker.io', 'foo/foo_bar.com', '8080'],
    ['lowercase:Uppercase', 'docker.io', 'library/lowercase', 'Uppercase'],
    ['Uppercase/lowercase:tag', 'Uppercase', 'lowercase', 'tag'],
    ['DOCKER/docker', 'DOCKER', 'docker'],
    ['LOCALDOMAIN/debian', 'LOCALDOMAIN', 'debian'],
    ['xn--n3h.com/myimage:xn--n3h.com', 'xn--n3h.com', 'myimage', 'xn--n3h.com'],
    ['nginx:1/2', 'nginx:1', '2'],
    ['a.b-c.d:0/e', 'a.b-c.d:0', 'e'],
    ['host.example:123456789/x', 'host.example:123456789', 'x'],
    ['[::1]/repo', '[::1]', 'repo'],
    ['[::1]:5000/repo:tag', '[::1]:5000', 'repo', 'tag'],
    ['[2001:db8::1]/repo', '[2001:db8::1]', 'repo'],
    ['[2001:DB8:3:4::192]:5000/a/b', '[2001:DB8:3:4::192]:5000', 'a/b'],
    // Separators
    ['docker---rules/docker', 'docker.io', 'docker---rules/docker'],
    ['dock__er/docker', 'docker.io', 'dock__er/docker'],
    ['a/b.c_d-e/f--g', 'docker.io', 'a/b.c_d-e/f--g'],
    // Limits
    [`a/${a(253)}`, 'docker.io', `a/${a(253)}`],
    [a(247), 'docker.io', `library/${a(247)}`],
    [`registry.example.com:5000/${a(255)}:tag`, 'registry.example.com:5000', a(255), 'tag'],
    [`x:${a(128)}`, 'docker.io', 'library/x', a(128)],
    ['x:_under', 'docker.io', 'library/x', '_under'],
    [`docker.io/${hex}`, 'docker.io', `library/${hex}`],
    [`x/${hex}`, 'docker.io', `x/${hex}`],
    [`${hex}:tag`, 'docker.io', `library/${hex}`, 'tag'],
    // Algorithms
    [`x@sha384:${a(96)}`, 'docker.io', 'library/x', undefined, `sha384:${a(96)}`],
    [`x@sha512:${a(128)}`, 'docker.io', 'library/x', undefined, `sha512:${a(128)}`],
    [`x@blake3:${a(64)}`, 'docker.io', 'library/x', undefined, `blake3:${a(64)}`],
  ])('%s', (text, domain, path, tag, digest) => {
    const expected = {
      text,
      domain,
      path,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    }
    expect(parseReference(text)).toEqual(expected)
    expect(isReference(text)).toBe(true)
  })
})

describe('what is no reference is refused, and the wrong part is named', () => {
  test.each<[text: string, reason: string]>([
    ['', 'it is empty'],
    [' ', 'it contains white space'],
    [' nginx', 'it contains white space'],
    ['nginx\n', 'it contains white space'],
    ['https://github.com/docker/docker', 'it is a URL; a reference has no scheme'],
    ['oci://ghcr.io/a/b:1', 'it is a URL; a reference has no scheme'],
    [hex, '64 hex digits are an image id, not a name'],
    [`sha256:${hex}`, `"sha256:${hex}" is an image id, not a name`],
    [`sha256:${hex}@sha256:${hex}`, `"sha256:${hex}" is an image id, not a name`],
    [`docker-pullable://nginx@sha256:${hex}`, 'it is a URL; a reference has no scheme'],
    [`cri-o://${hex}`, 'it is a URL; a reference has no scheme'],
    ['sha256:aaaabbbbcccc', '"sha256:aaaabbbbcccc" is an image id, not a name'],
    [':tag', 'the name of the repository is empty'],
    [`@${sha256}`, 'the name of the repository is empty'],
    ['docker.io/', 'the name of the repository is empty'],
    ['quay.io/', 'the name of the repository is empty'],
    ['nginx:', 'there is no tag after ":"'],
    ['nginx@', 'there is no digest after "@"'],
    ['nginx:1:2', '"1:2" cannot be a tag'],
    ['a/nginx:1/2', '"1/2" cannot be a tag'],
    ['nginx:.1', '".1" cannot be a tag'],
    ['nginx:-1', '"-1" cannot be a tag'],
    ['nginx:1+2', '"1+2" cannot be a tag'],
    [`x:${a(129)}`, 'a tag has at most 128 characters, and this one has 129'],
    ['Nginx', 'the name of a repository is lower case'],
    ['docker/Docker', 'the name of a repository is lower case'],
    ['test:5000/Uppercase/lowercase', 'the name of a repository is lower case'],
    [`a/${a(254)}`, 'the name of a repository has at most 255 characters, and this one has 256'],
    [a(248), 'the name of a repository has at most 255 characters, and this one has 256'],
    ['docker///docker', 'a part of the name between slashes is empty'],
    ['/nginx', 'a part of the name between slashes is empty'],
    ['nginx/', 'a part of the name between slashes is empty'],
    ['dock..er/docker', '"dock..er" is not a host name with an optional port'],
    ['a/dock..er', '"dock..er" cannot be part of a repository\'s name'],
    ['-docker/docker', '"-docker" cannot be part of a repository\'s name'],
    ['docker-/docker', '"docker-" cannot be part of a repository\'s name'],
    ['____/____', '"____" cannot be part of a repository\'s name'],
    ['a___b', '"a___b" cannot be part of a repository\'s name'],
    ['aa/asdf$$^/aa', '"asdf$$^" cannot be part of a repository\'s name'],
    ['${IMAGE}', 'the name of a repository is lower case'],
    ['nginx:${TAG}', '"${TAG}" cannot be a tag'],
    ['foo_bar.com:8080/app', '"foo_bar.com:8080" is not a host name with an optional port'],
    ['foo_bar.com/app', '"foo_bar.com" is not a host name with an optional port'],
    ['my-.host.io/app', '"my-.host.io" is not a host name with an optional port'],
    ['host.io:/app', '"host.io:" is not a host name with an optional port'],
    ['host.io:port/app', '"host.io:port" is not a host name with an optional port'],
    ['[2001:db8::1]', '"[2001" cannot be part of a repository\'s name'],
    ['[fe80::1%eth0]:5000/x', '"[fe80::1%eth0]:5000" is not a host name with an optional port'],
    ['fc00::1:5000/debian', '"fc00::1:5000" is not a host name with an optional port'],
    ['[::1/x', '"[::1" is not a host name with an optional port'],
    [`x@sha256:${a(34)}`, 'a sha256 digest has 64 hex digits, and this one has 34'],
    [`x@sha256:${a(31)}`, 'the digest is not of the form algorithm:hex'],
    [`x@sha256:${hex.toUpperCase()}`, 'the hex digits of a digest are lower case'],
    [`x@SHA256:${hex}`, 'the digest algorithm "SHA256" is unknown'],
    [`x@md5:${a(32)}`, 'the digest algorithm "md5" is unknown'],
    [`x@constructor:${a(64)}`, 'the digest algorithm "constructor" is unknown'],
    [`x@${hex}`, 'the digest is not of the form algorithm:hex'],
    [`x@${sha256}@${sha256}`, 'the digest is not of the form algorithm:hex'],
    [`x@${sha256}:tag`, 'the digest is not of the form algorithm:hex'],
    ['héllo', '"héllo" cannot be part of a repository\'s name'],
  ])('%j', (text, reason) => {
    expect(isReference(text)).toBe(false)
    expect(faultIn(text)).toEqual({ code: 'REFERENCE_INVALID', args: { image: text, reason } })
  })

  test('a text of megabytes is refused at once, and quoted in part', () => {
    const text = `a${'-'.repeat(5_000_000)}!`
    expect(isReference(text)).toBe(false)
    expect(faultIn(text)).toEqual({
      code: 'REFERENCE_INVALID',
      args: { image: `a${'-'.repeat(99)}…`, reason: 'it is longer than 4096 characters' },
    })
  })

  test('the longest text that is matched at all is matched in linear time', () => {
    const hostile = [
      `${'a-'.repeat(2047)}!`,
      `${'a.'.repeat(2047)}!/x`,
      `x@${'a.'.repeat(2046)}`,
      '-'.repeat(4096),
    ]
    // Quadratic matching would take minutes here, longer than a test may; linear matching takes some milliseconds.
    for (let round = 0; round < 1000; round += 1) for (const text of hostile) isReference(text)
  })
})

describe('properties', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/)
  const component = fc
    .tuple(word, fc.array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), word), { maxLength: 2 }))
    .map(([first, more]) => first + more.flat().join(''))
  const domain = fc.constantFrom(
    'ghcr.io',
    'localhost',
    'localhost:5000',
    'Upper',
    '[::1]:5000',
    'a.b-c.d:443',
  )
  const path = fc.array(component, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
  const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: undefined })
  const digest = fc.option(
    fc.stringMatching(/^[0-9a-f]{64}$/).map((encoded) => `sha256:${encoded}`),
    { nil: undefined },
  )

  test('what is written out of parts is read back into them', () => {
    fc.assert(
      fc.property(domain, path, tag, digest, (domain, path, tag, digest) => {
        const text = `${domain}/${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
        const reference = parseReference(text)
        expect({ tag: undefined, digest: undefined, ...reference }).toEqual({
          text,
          domain,
          path,
          tag,
          digest,
        })
      }),
    )
  })

  test('any text is either read or refused with our error, and both ways of asking agree', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '0',
      '.',
      '_',
      '-',
      '/',
      ':',
      '@',
      '[',
      ']',
      'sha256:',
      hex,
      ' ',
      'localhost',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          expect(faultIn(text) === undefined).toBe(isReference(text))
        },
      ),
    )
  })
})

function faultIn(text: string): { code: string; args: unknown } | undefined {
  try {
    parseReference(text)
    return undefined
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    return { code: error.code, args: error.args }
  }
}
