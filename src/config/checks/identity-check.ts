import type { SignerIdentity } from '../verify-settings.ts'

/** What is wrong with an identity, and in which of its keys. */
export interface IdentityProblem {
  readonly key?: keyof SignerIdentity
  readonly reason: string
  readonly advice: string
}

/** An issuer that vouches for anybody who has an account, so that the subject alone says who has signed. */
interface PublicIssuer {
  readonly issuer: string
  /** What a pattern has to fix so that it is about somebody's own subjects. */
  readonly owned: RegExp
  /** A pattern that does. */
  readonly example: string
}

/** Subjects of workflows begin with the owner's address; an owner's name that has a wildcard matches `acme-evil` as well. */
const ofWorkflows = (host: string): RegExp => new RegExp(`^https://${host.replaceAll('.', '\\.')}/[^/*?]+/`)
/** Of e-mail addresses the domain says whose they are. */
const OF_MAIL = /@[^@*?]+$/

const PUBLIC_ISSUERS: readonly PublicIssuer[] = [
  {
    issuer: 'https://token.actions.githubusercontent.com',
    owned: ofWorkflows('github.com'),
    example: 'https://github.com/acme/**',
  },
  { issuer: 'https://gitlab.com', owned: ofWorkflows('gitlab.com'), example: 'https://gitlab.com/acme/**' },
  { issuer: 'https://github.com/login/oauth', owned: OF_MAIL, example: '*@acme.example' },
  { issuer: 'https://accounts.google.com', owned: OF_MAIL, example: '*@acme.example' },
  { issuer: 'https://login.microsoftonline.com', owned: OF_MAIL, example: '*@acme.example' },
  { issuer: 'https://oauth2.sigstore.dev/auth', owned: OF_MAIL, example: '*@acme.example' },
]

/** Characters that no subject begins or ends with, and that hide in an editor. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSEEN = /^\s|\s$|[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/

/** Finds an identity that no signer has, or that a signer has who is not meant. */
export function identityProblem({
  issuer,
  subject,
  subjectPattern,
}: SignerIdentity): IdentityProblem | undefined {
  if ((subject === undefined) === (subjectPattern === undefined)) {
    return {
      reason: `has ${subject === undefined ? 'neither subject nor' : 'both subject and'} subjectPattern`,
      advice: 'write subject for one signer as it stands in the certificate, or subjectPattern for several',
    }
  }
  const known = PUBLIC_ISSUERS.find((one) => one.issuer === issuer)
  const meant = PUBLIC_ISSUERS.find(
    (one) => one.issuer === issuer.replace(/^http:/, 'https:').replace(/\/+$/, ''),
  )
  if (known === undefined && meant !== undefined) {
    return {
      key: 'issuer',
      reason: `is "${issuer}", which is not how it stands in certificates`,
      advice: `write ${meant.issuer}`,
    }
  }
  const key = subject === undefined ? 'subjectPattern' : 'subject'
  const text = subject ?? subjectPattern ?? ''
  if (UNSEEN.test(text)) {
    const reason = 'has a line break, a character that is not printed, or a space at its beginning or end'
    return { key, reason, advice: 'write it as it stands in the certificate' }
  }
  if (/[\\^[\]]|\$$/.test(text)) {
    const reason = `is "${text}", which looks like a regular expression, and is compared as it is written`
    return {
      key,
      reason,
      advice:
        'write it without anchors and backslashes; in subjectPattern, * and ** stand for any characters',
    }
  }
  if (subject !== undefined) {
    if (!subject.includes('*')) return undefined
    const reason = `is "${subject}", and is compared as it is written: * stands for itself`
    return { key, reason, advice: 'write it as subjectPattern' }
  }
  return patternProblem(text, issuer, known)
}

function patternProblem(
  text: string,
  issuer: string,
  known: PublicIssuer | undefined,
): IdentityProblem | undefined {
  const key = 'subjectPattern'
  const isEverything = /^[*?/]+$/.test(text)
  if (known !== undefined && !known.owned.test(text)) {
    const reason = `is "${text}", which subjects of strangers match: ${issuer} vouches for anybody's`
    return { key, reason, advice: `name their owner without wildcards, as ${known.example} does` }
  }
  if (!isEverything || text === '**') return undefined
  const reason = `is "${text}", which does not say whether every subject is meant`
  return { key, reason, advice: `write ** if everybody may sign for whom ${issuer} vouches` }
}
