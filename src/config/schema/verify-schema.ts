import type { ProfileSpec } from '../config.ts'
import type { RequiredAttestation, SignerIdentity, VerifyDefaults, VerifySpec } from '../verify-settings.ts'
import { type ObjectSchema, oneOrMany, type StringSchema } from './schema.ts'

const FILE: StringSchema = { type: 'string', minLength: 1 }

/** Trust in signers is given by a file of the caller or of the checkout, never by what came with the manifests. */
const TIER = { tier: 2 } as const

const IDENTITY_SCHEMA: ObjectSchema<SignerIdentity> = {
  type: 'object',
  additionalProperties: false,
  required: ['issuer'],
  properties: {
    issuer: {
      ...TIER,
      type: 'string',
      pattern: '^https?://[^\\s*]+$',
      patternErrorMessage: 'the whole URL of an issuer, such as https://token.actions.githubusercontent.com',
      description:
        'Who vouches for the subject: the OIDC issuer in the certificate, compared as it is written.',
    },
    subject: {
      ...TIER,
      type: 'string',
      minLength: 1,
      description:
        'The subject of the certificate, compared as it is written: a workflow with its ref, or an e-mail address.',
    },
    subjectPattern: {
      ...TIER,
      type: 'string',
      minLength: 1,
      description: 'A pattern of the whole subject: * for any characters but /, ** for any characters.',
    },
  },
  otherNames: {
    'certificate-identity': 'subject',
    'certificate-identity-regexp': 'subjectPattern',
    'certificate-oidc-issuer': 'issuer',
    'certificate-oidc-issuer-regexp': 'issuer',
    email: 'subject',
    identity: 'subject',
    issuerRegExp: 'issuer',
    issuerRegex: 'issuer',
    regexp: 'subjectPattern',
    subjectAlternativeName: 'subject',
    subjectRegExp: 'subjectPattern',
    subjectRegex: 'subjectPattern',
  },
}

const ATTESTATION_SCHEMA: ObjectSchema<RequiredAttestation> = {
  type: 'object',
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: {
      ...TIER,
      type: 'string',
      minLength: 1,
      description: 'The predicate type, such as https://slsa.dev/provenance/v1.',
    },
    builder: {
      ...TIER,
      type: 'string',
      minLength: 1,
      description: "The builder's id in a SLSA provenance, compared as it is written.",
    },
    source: {
      ...TIER,
      type: 'string',
      minLength: 1,
      description: 'The repository that the image was built from, such as github.com/acme/web.',
    },
  },
  otherNames: {
    'builder-id': 'builder',
    builderId: 'builder',
    'source-uri': 'source',
    sourceUri: 'source',
    predicateType: 'type',
  },
}

const VERIFY_SCHEMA: ObjectSchema<VerifySpec> = {
  type: 'object',
  additionalProperties: false,
  required: ['images'],
  properties: {
    name: {
      ...TIER,
      type: 'string',
      minLength: 1,
      description: 'Name of the entry in messages and reports.',
    },
    images: {
      ...oneOrMany(
        { type: 'string', minLength: 1 },
        'Patterns of image names without tags: * within a path segment, ** across them.',
      ),
      ...TIER,
    },
    identities: {
      ...TIER,
      type: 'array',
      items: IDENTITY_SCHEMA,
      minItems: 1,
      description: 'Who may sign with a certificate. Any one of these and of the keys suffices.',
    },
    keys: {
      ...TIER,
      type: 'array',
      items: FILE,
      minItems: 1,
      description: "PEM files of public keys, relative to this file's folder.",
    },
    attestations: {
      ...TIER,
      type: 'array',
      items: ATTESTATION_SCHEMA,
      minItems: 1,
      description: 'Attestations that are required instead of a signature: all of them.',
    },
    transparencyLog: {
      ...TIER,
      type: 'string',
      enum: ['required', 'optional'],
      description: 'Whether each signature must be in a transparency log; required by default.',
    },
    mode: {
      ...TIER,
      type: 'string',
      enum: ['enforce', 'warn'],
      description: 'What to do about an image that does not verify: fail, which is the default, or warn.',
    },
    ...verifyDefaults(),
  },
  otherNames: {
    attestors: 'identities',
    authorities: 'identities',
    failureAction: 'mode',
    identity: 'identities',
    image: 'images',
    imageReferences: 'images',
    key: 'keys',
    keyless: 'identities',
    publicKeys: 'keys',
    'insecure-ignore-tlog': 'transparencyLog',
    ignoreTlog: 'transparencyLog',
    rekor: 'transparencyLog',
    repository: 'signatureRepository',
    'trusted-root': 'trustedRoot',
    validationFailureAction: 'mode',
  },
}

/** Keys of an entry, and of a profile for all of its entries. */
function verifyDefaults(): ObjectSchema<VerifyDefaults>['properties'] {
  return {
    trustedRoot: {
      ...TIER,
      ...FILE,
      description:
        "A file with the trusted root of a private Sigstore, relative to this file's folder; the public one by default.",
    },
    signatureRepository: {
      ...TIER,
      ...FILE,
      description:
        "The repository that holds the signatures if it is not the image's own, such as registry.example.com/signatures.",
    },
  }
}

/** The keys of a profile about signatures. */
export const VERIFY_PROPERTIES: Pick<
  ObjectSchema<ProfileSpec>['properties'],
  'verify' | keyof VerifyDefaults
> = {
  verify: {
    ...TIER,
    type: 'array',
    items: VERIFY_SCHEMA,
    description:
      'Signatures that images must have before their digests are written. The first entry that matches decides.',
  },
  ...verifyDefaults(),
}
