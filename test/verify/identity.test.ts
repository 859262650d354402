import { describe, expect, test } from 'vitest'
import { certificateNames } from '../../src/verify/certificate-names.ts'
import { checkCodeSigning } from '../../src/verify/certificate-use.ts'
import { matchIdentity } from '../../src/verify/identity.ts'
import { certificateWith, der, extension, objectId } from '../support/der.ts'

const ISSUER = 'https://token.actions.githubusercontent.com'
const RELEASE = 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1'

function isMatch(
  subjects: readonly string[],
  identity: { subject?: string; subjectPattern?: string },
  issuer = ISSUER,
): boolean {
  try {
    matchIdentity({ subjects, issuer }, [{ issuer: ISSUER, ...identity }])
    return true
  } catch {
    return false
  }
}

describe('a subject is compared as it is written, as a whole', () => {
  test.each<[string, string, boolean]>([
    ['the same', RELEASE, true],
    ['longer at the end', `${RELEASE}-evil`, false],
    ['longer at the end by a line', `${RELEASE}\n`, false],
    ['longer at the start', `evil ${RELEASE}`, false],
    ['longer at the start by a line', `x\n${RELEASE}`, false],
    ['shorter', RELEASE.slice(0, -1), false],
    ['another character for a dot', RELEASE.replace('release.yml', 'releasexyml'), false],
    ['other case', RELEASE.toUpperCase(), false],
    ['empty', '', false],
  ])('%s', (_, name, expected) => {
    expect(isMatch([name], { subject: RELEASE })).toBe(expected)
  })

  test.each([
    ['.*', RELEASE, false],
    ['^nobody$', 'nobody', false],
    ['$', '', false],
    ['a|b', 'a', false],
    ['a$', 'a', false],
    ['a$', 'a$', true],
    ['[a]', 'a', false],
    ['', '', true],
    ['', RELEASE, false],
  ])('%j is no expression: %j', (subject, name, expected) => {
    expect(isMatch([name], { subject })).toBe(expected)
  })
})

describe('a pattern matches the whole subject', () => {
  test.each<[string, string, boolean]>([
    ['https://github.com/acme/web/.github/workflows/*.yml@refs/tags/*', RELEASE, true],
    ['https://github.com/acme/web/.github/workflows/*.yml@refs/tags/v?', RELEASE, true],
    ['https://github.com/acme/**', RELEASE, true],
    ['https://github.com/acme/*', RELEASE, false],
    ['https://github.com/acme/web/**@refs/tags/v1', `${RELEASE}-evil`, false],
    ['https://github.com/acme/web/**@refs/tags/v1', `${RELEASE}\n`, false],
    ['https://github.com/acme*/**', 'https://github.com/acme-evil/web', true],
    ['https://github.com/acme/**', 'https://github.com/acme-evil/web', false],
    ['https://github.com/acme/**', 'https://evil.example/?https://github.com/acme/web', false],
    ['https://github.com/acme/**', 'https://githubxcom/acme/web', false],
    ['*@acme.example', 'dev@acme.example', true],
    ['*@acme.example', 'dev@acme.example.evil.example', false],
    ['*@acme.example', 'dev@acmexexample', false],
    ['*@acme.example', 'evil.example/dev@acme.example', false],
    ['**', `${'a'.repeat(10_000)}`, true],
    [`${'*a'.repeat(200)}b`, 'a'.repeat(5000), false],
  ])('%s on %s', (subjectPattern, name, expected) => {
    expect(isMatch([name], { subjectPattern })).toBe(expected)
  })
})

describe('an issuer', () => {
  test.each([
    ISSUER,
    `${ISSUER}/`,
    `${ISSUER}.evil.example`,
    'https://tokenxactionsxgithubusercontent.com',
    '',
  ])('%s', (issuer) => {
    expect(isMatch([RELEASE], { subject: RELEASE }, issuer)).toBe(issuer === ISSUER)
  })

  test('that is missing matches none, and the message says what was there', () => {
    const names = { subjects: ['dev@acme.example', 'ops@acme.example'], issuer: undefined }
    const identities = [
      { issuer: ISSUER, subject: RELEASE },
      { issuer: 'https://gitlab.com', subjectPattern: 'https://gitlab.com/acme/**' },
    ]
    expect(() => matchIdentity(names, identities)).toThrow(
      expect.objectContaining({
        message: 'its certificate is for somebody else',
        wanted: `${RELEASE} by issuer ${ISSUER}, or https://gitlab.com/acme/** by issuer https://gitlab.com`,
        found: 'dev@acme.example and ops@acme.example by issuer unknown',
      }),
    )
  })

  test('that is another one does not borrow the subject of the next', () => {
    const identities = [
      { issuer: 'https://a.example', subject: 'dev@a.example' },
      { issuer: 'https://b.example', subject: 'dev@b.example' },
    ]
    expect(() =>
      matchIdentity({ subjects: ['dev@a.example'], issuer: 'https://b.example' }, identities),
    ).toThrow('somebody else')
    expect(matchIdentity({ subjects: ['dev@b.example'], issuer: 'https://b.example' }, identities)).toEqual({
      subject: 'dev@b.example',
      issuer: 'https://b.example',
      rank: 1,
    })
  })
})

describe('the names of a certificate', () => {
  const uri = (text: string): Buffer => der(0x86, Buffer.from(text, 'latin1'))
  const email = (text: string): Buffer => der(0x81, Buffer.from(text, 'latin1'))
  const dns = (text: string): Buffer => der(0x82, Buffer.from(text))
  const utf8 = (text: string): Buffer => der(0x0c, Buffer.from(text))
  const username = (text: string): Buffer =>
    der(0xa0, objectId('1.3.6.1.4.1.57264.1.7'), der(0xa0, utf8(text)))
  const names = (...general: readonly Buffer[]): Buffer => extension('2.5.29.17', der(0x30, ...general))
  const issuer = (text: string): Buffer => extension('1.3.6.1.4.1.57264.1.8', utf8(text))
  const issuerV1 = (text: string): Buffer => extension('1.3.6.1.4.1.57264.1.1', Buffer.from(text))

  test.each<[string, readonly Buffer[], readonly string[], string | undefined]>([
    ['none', [], [], undefined],
    ['a URI', [names(uri('https://a.example'))], ['https://a.example'], undefined],
    [
      'an address',
      [names(email('dev@a.example')), issuer('https://i.example')],
      ['dev@a.example'],
      'https://i.example',
    ],
    ['a user name', [names(username('dev!a.example'))], ['dev!a.example'], undefined],
    ['a host, which is no signer', [names(dns('a.example'))], [], undefined],
    [
      'several',
      [names(dns('x'), email('dev@a.example'), uri('https://a.example'))],
      ['dev@a.example', 'https://a.example'],
      undefined,
    ],
    ['an issuer of version 1', [issuerV1('https://i.example')], [], 'https://i.example'],
    [
      'issuers of both versions',
      [issuerV1('https://old.example'), issuer('https://i.example')],
      [],
      'https://i.example',
    ],
    // Without its eighth bit, this would read dev@acme.example.
    [
      'a character that is not UTF-8',
      [names(email('dev@\xe1cme.example')), issuerV1('https://i.example')],
      [],
      'https://i.example',
    ],
    ['letters of other scripts', [issuer('https://ı.example')], [], 'https://ı.example'],
  ])('%s', (_, extensions, subjects, expected) => {
    expect(certificateNames(certificateWith(extensions))).toEqual({ subjects, issuer: expected })
  })
})

describe('the use of a certificate', () => {
  const usage = (...ids: readonly string[]): Buffer => extension('2.5.29.37', der(0x30, ...ids.map(objectId)))
  const CODE_SIGNING = '1.3.6.1.5.5.7.3.3'
  const SERVER = '1.3.6.1.5.5.7.3.1'
  const NAME_CONSTRAINTS = '2.5.29.30'

  test.each<[string, readonly Buffer[], string | undefined]>([
    ['signing code', [usage(CODE_SIGNING)], undefined],
    ['signing code among others', [usage(SERVER, CODE_SIGNING)], undefined],
    ['a server', [usage(SERVER)], 'its certificate is not for signing code (extended key usage)'],
    ['any', [], 'its certificate is not for signing code (extended key usage)'],
    ['signing code, with a note', [usage(CODE_SIGNING), extension('1.2.3.4', der(0x05))], undefined],
    [
      'signing code, with a limit that nobody here knows',
      [usage(CODE_SIGNING), extension(NAME_CONSTRAINTS, der(0x30), true)],
      'its certificate has a critical extension that is not understood: 2.5.29.30',
    ],
  ])('%s', (_, extensions, reason) => {
    const check = (): void => checkCodeSigning(certificateWith(extensions))
    if (reason === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(reason)
  })
})
