import { describe, expect, test } from 'vitest'
import { chooseProfile } from '../../src/config/builtin-profiles.ts'
import { parseConfig } from '../../src/config/parse.ts'
import type { TrustTier } from '../../src/config/trust.ts'
import { findVerifyRule } from '../../src/config/verify-settings.ts'
import { formatConfigView } from '../../src/config/view.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { sourceOf } from '../support/source.ts'

const HEAD = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  profiles:\n'
const GITHUB = 'https://token.actions.githubusercontent.com'

/** A configuration whose profile `prod` has these entries, in the flow style of YAML. */
const withEntries = (...entries: readonly string[]): string =>
  `${HEAD}  - name: prod\n    verify:\n${entries.map((one) => `    - ${one}\n`).join('')}`

/** An entry for one image with one identity. */
const withIdentity = (identity: string): string =>
  withEntries(`{images: ghcr.io/acme/web, identities: [${identity}]}`)

/** An entry that demands an attestation. */
const withAttestation = (attestation: string): string =>
  withEntries(`{images: ghcr.io/acme/web, keys: [a.pub], attestations: [${attestation}]}`)

function read(text: string, tier: TrustTier = 1, staysInside?: (path: string) => boolean) {
  return parseConfig(sourceOf(text), { tier, staysInside })
}

/** Every problem as one line, with its path in the only profile. */
function problemsOf(text: string): string[] {
  return read(text).diagnostics.map(({ code, args }) => {
    const path = String(args['path']).replace('spec.profiles[0].', '')
    return `${code} ${path} ${args['reason']} (${args['advice']})`
  })
}

const SEE = 'see docs/config.md, or pinpull config schema'

describe('verify of a profile', () => {
  test('is compiled, with the defaults of the entry and those of the profile', () => {
    const { config, diagnostics } = read(`${HEAD}  - name: prod
    trustedRoot: roots/private.json
    signatureRepository: registry.example.com/signatures
    verify:
    - name: ours
      images: [ghcr.io/acme/**]
      identities:
      - {issuer: '${GITHUB}', subject: https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1}
      - {issuer: '${GITHUB}', subjectPattern: https://github.com/acme/*/.github/workflows/*@refs/tags/*}
      attestations: [{type: https://slsa.dev/provenance/v1, builder: https://github.com/actions/runner, source: github.com/acme/web}]
    - images: registry.example.com/base/*
      keys: [keys/base.pub]
      transparencyLog: optional
      trustedRoot: roots/base.json
      mode: warn
    - {images: ['**'], mode: warn}
`)
    expect(diagnostics).toEqual([])
    const rules = config?.profiles.get('prod')?.verify.map(({ spec: _, patterns, ...rule }) => ({
      ...rule,
      patterns: patterns.map(({ text }) => text),
    }))
    const signatureRepository = 'registry.example.com/signatures'
    const nobody = { identities: [], keys: [], attestations: [] }
    expect(rules).toEqual([
      {
        label: 'ours',
        patterns: ['ghcr.io/acme/**'],
        identities: [
          {
            issuer: GITHUB,
            subject: 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1',
          },
          { issuer: GITHUB, subjectPattern: 'https://github.com/acme/*/.github/workflows/*@refs/tags/*' },
        ],
        keys: [],
        attestations: [
          {
            type: 'https://slsa.dev/provenance/v1',
            builder: 'https://github.com/actions/runner',
            source: 'github.com/acme/web',
          },
        ],
        transparencyLog: 'required',
        mode: 'enforce',
        trustedRoot: 'roots/private.json',
        signatureRepository,
      },
      {
        ...nobody,
        label: 'prod.verify[1]',
        patterns: ['registry.example.com/base/*'],
        keys: ['keys/base.pub'],
        transparencyLog: 'optional',
        mode: 'warn',
        trustedRoot: 'roots/base.json',
        signatureRepository,
      },
      {
        ...nobody,
        label: 'prod.verify[2]',
        patterns: ['**'],
        transparencyLog: 'required',
        mode: 'warn',
        trustedRoot: 'roots/private.json',
        signatureRepository,
      },
    ])
  })

  test('of the extending profile comes first, and its defaults are those of all entries', () => {
    const { config, diagnostics } = read(`${HEAD}  - name: prod
    trustedRoot: a.json
    verify:
    - {name: base, images: ghcr.io/**, keys: [base.pub]}
    - {images: quay.io/**, keys: [quay.pub], trustedRoot: own.json}
  - name: shop
    extends: prod
    trustedRoot: b.json
    verify: [{images: ghcr.io/shop/**, keys: [shop.pub]}]
  - {name: heir, extends: prod}
`)
    expect(diagnostics).toEqual([])
    const rules = (profile: string) =>
      config?.profiles.get(profile)?.verify.map(({ label, trustedRoot }) => [label, trustedRoot])
    expect(rules('shop')).toEqual([
      ['shop.verify[0]', 'b.json'],
      ['base', 'b.json'],
      ['prod.verify[1]', 'own.json'],
    ])
    expect(rules('heir')).toEqual([
      ['base', 'a.json'],
      ['prod.verify[1]', 'own.json'],
    ])
    expect(rules('staging')).toEqual([])
  })

  test('is shown by config view, which can be read again', () => {
    const text = `${HEAD}  - name: shop
    signatureRepository: registry.example.com/signatures
    verify:
    - {name: ours, images: ghcr.io/shop/**, identities: [{issuer: '${GITHUB}', subjectPattern: https://github.com/shop/**}]}
`
    const { config } = read(text)
    const view = formatConfigView(config!.profiles.get('shop')!, config!)
    expect(view).toContain(`    verify:
    - name: ours
      images: "ghcr.io/shop/**"
      identities:
      - issuer: ${GITHUB}
        subjectPattern: "https://github.com/shop/**"
    signatureRepository: registry.example.com/signatures
`)
    const again = read(view).config
    expect(formatConfigView(again!.profiles.get('shop')!, again!)).toBe(view)
  })

  test.each([
    ['nginx:1.27', 'docker.io'],
    [`docker.io/library/nginx@sha256:${'a'.repeat(64)}`, 'docker.io'],
    ['index.docker.io/library/nginx', 'docker.io'],
    ['ghcr.io/acme/web:1', 'acme'],
    ['ghcr.io/acme/team/web', 'acme'],
    ['ghcr.io/acme-evil/web', 'rest'],
    ['ghcr.io.evil.example/acme/web', 'rest'],
    // Other spellings of the same registry.
    ['registry-1.docker.io/library/nginx', 'docker.io'],
    ['DOCKER.IO/library/nginx', 'docker.io'],
    ['GHCR.io/acme/web:1', 'acme'],
    ['ghcr.io:443/acme/web:1', 'acme'],
    ['Ghcr.IO:0443/acme/web:1', 'acme'],
    ['ghcr.io:444/acme/web:1', 'rest'],
    ['registry.example.com:05000/web:1', 'port'],
    ['registry.example.com:5000/web:1', 'port'],
    ['registry.example.com:50000/web:1', 'rest'],
    ['Quay.io/acme/web:1', 'quay'],
  ])('the first entry that matches %s is %s', (image, label) => {
    const { config } = read(
      withEntries(
        '{name: docker.io, images: docker.io/library/**, keys: [a.pub]}',
        '{name: acme, images: [ghcr.io/acme/**], keys: [b.pub]}',
        "{name: port, images: ['registry.example.com:5000/**'], keys: [b.pub]}",
        "{name: quay, images: ['quay.io:443/**'], keys: [b.pub]}",
        "{name: rest, images: '**', mode: warn}",
      ),
    )
    expect(findVerifyRule(config!.profiles.get('prod')!.verify, parseReference(image))?.label).toBe(label)
  })
})

describe('a mistake in verify is named by path and reason', () => {
  test.each<[name: string, text: string, problems: readonly string[]]>([
    [
      'nobody who may sign',
      withEntries('{images: ghcr.io/acme/**}'),
      [
        'CONFIG_INVALID verify[0] has neither identities nor keys, so that no signature could satisfy it (say who may sign; to refuse images that no entry is for, set findings: {IMAGE_UNVERIFIED: error})',
      ],
    ],
    [
      'nobody, and an attestation',
      withEntries('{images: ghcr.io/**, mode: warn, attestations: [{type: https://slsa.dev/provenance/v1}]}'),
      [
        'CONFIG_INVALID verify[0].attestations has no effect: the entry has neither identities nor keys, so that nothing is verified (say who may sign, or remove it)',
      ],
    ],
    [
      'empty lists',
      withEntries('{images: [], keys: [], identities: [], attestations: []}'),
      ['images', 'keys', 'identities', 'attestations'].map(
        (key) => `CONFIG_INVALID verify[0].${key} is an empty list, and has to have something in it (${SEE})`,
      ),
    ],
    ['no images', withEntries('{keys: [a.pub]}'), [`CONFIG_INVALID verify[0] lacks images (${SEE})`]],
    [
      'both subjects',
      withIdentity('{issuer: https://a.example, subject: a, subjectPattern: b}'),
      [
        'CONFIG_INVALID verify[0].identities[0] has both subject and subjectPattern (write subject for one signer as it stands in the certificate, or subjectPattern for several)',
      ],
    ],
    [
      'no subject',
      withIdentity('{issuer: https://a.example}'),
      [
        'CONFIG_INVALID verify[0].identities[0] has neither subject nor subjectPattern (write subject for one signer as it stands in the certificate, or subjectPattern for several)',
      ],
    ],
    [
      'an empty subject, and no issuer',
      withIdentity("{subject: ''}"),
      [
        `CONFIG_INVALID verify[0].identities[0] lacks issuer (${SEE})`,
        `CONFIG_INVALID verify[0].identities[0].subject is empty (${SEE})`,
      ],
    ],
    [
      'an issuer that is no URL',
      withIdentity('{issuer: token.actions.githubusercontent.com, subject: a}'),
      [
        `CONFIG_INVALID verify[0].identities[0].issuer is "token.actions.githubusercontent.com", and has to be the whole URL of an issuer, such as ${GITHUB} (${SEE})`,
      ],
    ],
    [
      'an issuer that is a pattern',
      withIdentity("{issuer: 'https://*.example', subject: a}"),
      [
        `CONFIG_INVALID verify[0].identities[0].issuer is "https://*.example", and has to be the whole URL of an issuer, such as ${GITHUB} (${SEE})`,
      ],
    ],
    [
      'a slash behind an issuer that has none',
      withIdentity(`{issuer: ${GITHUB}/, subject: a}`),
      [
        `CONFIG_INVALID verify[0].identities[0].issuer is "${GITHUB}/", which is not how it stands in certificates (write ${GITHUB})`,
      ],
    ],
    [
      'a star in a literal subject',
      withIdentity("{issuer: https://a.example, subject: 'https://github.com/acme/*'}"),
      [
        'CONFIG_INVALID verify[0].identities[0].subject is "https://github.com/acme/*", and is compared as it is written: * stands for itself (write it as subjectPattern)',
      ],
    ],
    [
      'a regular expression',
      withIdentity("{issuer: https://a.example, subjectPattern: '^https://github\\.com/acme/.+$'}"),
      [
        'CONFIG_INVALID verify[0].identities[0].subjectPattern is "^https://github\\.com/acme/.+$", which looks like a regular expression, and is compared as it is written (write it without anchors and backslashes; in subjectPattern, * and ** stand for any characters)',
      ],
    ],
    [
      'a line break in a subject',
      withIdentity('{issuer: https://a.example, subject: "a\\nb"}'),
      [
        'CONFIG_INVALID verify[0].identities[0].subject has a line break, a character that is not printed, or a space at its beginning or end (write it as it stands in the certificate)',
      ],
    ],
    [
      'a tag in a pattern, which the manifest chooses',
      withEntries("{images: ['ghcr.io/acme/*:v*'], keys: [a.pub]}"),
      [
        'CONFIG_INVALID verify[0].images[0] is "ghcr.io/acme/*:v*", which has a tag: a manifest with another tag, or with none, would not be verified (write the name without a tag)',
      ],
    ],
    [
      'a name that no image has',
      withEntries('{images: ghcr.io/Acme/**, keys: [a.pub]}'),
      [
        'CONFIG_RULE_DEAD verify[0].images no image can have a name like "ghcr.io/Acme/**": the name of a repository is lower case ' +
          '(see docs/config.md, or pinpull config schema)',
      ],
    ],
    [
      'an entry behind **',
      withEntries("{images: '**', keys: [a.pub]}", '{images: [ghcr.io/a/*, nginx], keys: [b.pub]}'),
      [
        'CONFIG_RULE_DEAD verify[1] verify[0] comes before it and matches all that it matches (put it before verify[0])',
      ],
    ],
    [
      'an entry behind wider ones',
      withEntries(
        '{name: ghcr, images: ghcr.io/**, keys: [a.pub]}',
        '{images: [quay.io/acme/**], keys: [b.pub]}',
        '{images: [ghcr.io/acme/*, quay.io/acme/web], keys: [c.pub]}',
        '{images: [ghcr.io/acme/*, quay.io/other/*], keys: [c.pub]}',
      ),
      [
        'CONFIG_RULE_DEAD verify[2] ghcr, verify[1] comes before it and matches all that it matches (put it before ghcr, verify[1])',
      ],
    ],
    [
      'a name twice',
      withEntries('{name: a, images: a/b, keys: [a.pub]}', '{name: a, images: a/c, keys: [a.pub]}'),
      [`CONFIG_INVALID verify[1].name "a" appears twice (${SEE})`],
    ],
    [
      'a severity of what is never reported',
      `${HEAD}  - {name: prod, findings: {IMAGE_UNVERIFIED: error}}\n`,
      [
        'CONFIG_RULE_DEAD findings.IMAGE_UNVERIFIED the profile has no verify, so that no signature is looked at (say in verify who signs which images)',
      ],
    ],
    [
      'a severity of what the extended profile reports',
      `${HEAD}  - {name: base, verify: [{images: a/b, keys: [a.pub]}]}\n  - {name: shop, extends: base, findings: {IMAGE_UNVERIFIED: error}}\n`,
      [],
    ],
    [
      'a key of a key service',
      withEntries('{images: a/b, keys: ["awskms:///alias/release"]}'),
      [
        'CONFIG_INVALID verify[0].keys[0] is "awskms:///alias/release", and has to be a file: nothing is fetched that decides whom to trust (export the public key (cosign public-key --key awskms:///alias/release), and name that file here)',
      ],
    ],
    [
      'a key on a server',
      withEntries('{images: a/b, keys: ["https://acme.example/cosign.pub"]}'),
      [
        'CONFIG_INVALID verify[0].keys[0] is "https://acme.example/cosign.pub", and has to be a file: nothing is fetched that decides whom to trust (keep the file beside the configuration, under the same review, and write its path here)',
      ],
    ],
    [
      'a key itself',
      withEntries('{images: a/b, keys: ["-----BEGIN PUBLIC KEY-----\\nMFkw\\n-----END PUBLIC KEY-----"]}'),
      [
        'CONFIG_INVALID verify[0].keys[0] holds a key itself, and has to name its file (write the key to a file beside the configuration, and its name here)',
      ],
    ],
    [
      'a trusted root itself',
      `${HEAD}  - {name: prod, trustedRoot: '{"mediaType": "x"}'}\n`,
      [
        'CONFIG_INVALID trustedRoot holds a document itself, and has to name its file (write it to a file beside the configuration, and its name here)',
      ],
    ],
    [
      "cosign's name of a type",
      withAttestation('{type: slsaprovenance1}'),
      [
        'CONFIG_INVALID verify[0].attestations[0].type is "slsaprovenance1", which is what cosign calls it, and not the type in the attestation (write https://slsa.dev/provenance/v1)',
      ],
    ],
    [
      'a type that is none',
      withAttestation('{type: provenance}'),
      [
        'CONFIG_INVALID verify[0].attestations[0].type is "provenance", and has to be the predicate type of an attestation (write it as https://slsa.dev/provenance/v1)',
      ],
    ],
    [
      'a builder of an SBOM',
      withAttestation('{type: https://spdx.dev/Document, builder: x}'),
      [
        'CONFIG_INVALID verify[0].attestations[0].builder has no effect: only a SLSA provenance has it, and the type is https://spdx.dev/Document (write it in an entry of type https://slsa.dev/provenance/v1)',
      ],
    ],
    [
      'a source with its scheme and revision',
      withAttestation(
        '{type: https://slsa.dev/provenance/v1, source: "git+https://github.com/acme/web.git@refs/tags/v1"}',
      ),
      [
        'CONFIG_INVALID verify[0].attestations[0].source is "git+https://github.com/acme/web.git@refs/tags/v1", and has to be a repository without scheme and revision (write github.com/acme/web)',
      ],
    ],
    [
      'a source that is no repository',
      withAttestation('{type: https://slsa.dev/provenance/v1, source: acme}'),
      [
        'CONFIG_INVALID verify[0].attestations[0].source is "acme", and has to be a repository without scheme and revision (write it as github.com/acme/web)',
      ],
    ],
    [
      'repositories that are none',
      `${HEAD}  - name: prod\n    signatureRepository: signatures\n    verify: [{images: a/b, keys: [a.pub], signatureRepository: "ghcr.io/a/b:1"}]\n`,
      [
        'CONFIG_INVALID signatureRepository is "signatures", and has to be a repository with its registry, without tag and digest (write it as registry.example.com/signatures)',
        'CONFIG_INVALID verify[0].signatureRepository is "ghcr.io/a/b:1", and has to be a repository with its registry, without tag and digest (write it as registry.example.com/signatures)',
      ],
    ],
    [
      "cosign's, Kyverno's and policy-controller's words",
      withEntries(
        '{imageReferences: [a/b], attestors: [], key: a.pub, authorities: [], rekor: {}}',
        `{images: a/c, identities: [{certificate-identity: a, certificate-oidc-issuer: b, subjectRegExp: c}]}`,
        '{image: a/d, kyes: [a.pub]}',
      ),
      [
        `CONFIG_INVALID verify[0] lacks images (${SEE})`,
        'CONFIG_UNKNOWN_KEY verify[0].imageReferences is not known (it is called images here)',
        'CONFIG_UNKNOWN_KEY verify[0].attestors is not known (it is called identities here)',
        'CONFIG_UNKNOWN_KEY verify[0].key is not known (it is called keys here)',
        'CONFIG_UNKNOWN_KEY verify[0].authorities is not known (it is called identities here)',
        'CONFIG_UNKNOWN_KEY verify[0].rekor is not known (it is called transparencyLog here)',
        `CONFIG_INVALID verify[1].identities[0] lacks issuer (${SEE})`,
        'CONFIG_UNKNOWN_KEY verify[1].identities[0].certificate-identity is not known (it is called subject here)',
        'CONFIG_UNKNOWN_KEY verify[1].identities[0].certificate-oidc-issuer is not known (it is called issuer here)',
        'CONFIG_UNKNOWN_KEY verify[1].identities[0].subjectRegExp is not known (it is called subjectPattern here)',
        `CONFIG_INVALID verify[2] lacks images (${SEE})`,
        'CONFIG_UNKNOWN_KEY verify[2].image is not known (it is called images here)',
        'CONFIG_UNKNOWN_KEY verify[2].kyes is not known (did you mean keys?)',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })
})

describe('a pattern of subjects', () => {
  const ANY = 'https://issuer.acme.example'
  const MAIL = 'https://accounts.google.com'
  const GITLAB = 'https://gitlab.com'
  test.each<[issuer: string, pattern: string, isAccepted: boolean]>([
    [GITHUB, 'https://github.com/acme/**', true],
    [GITHUB, 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v*', true],
    [GITHUB, 'https://github.com/acme*/**', false],
    [GITHUB, 'https://github.com/*/web/.github/workflows/release.yml@refs/tags/v1', false],
    [GITHUB, 'https://github.com/**/release.yml@refs/tags/v1', false],
    [GITHUB, 'https://github.com/acm?/**', false],
    [GITHUB, 'https://githubXcom/acme/**', false],
    [GITHUB, '**/acme/web/**', false],
    [GITHUB, '**', false],
    [GITLAB, 'https://gitlab.com/acme/web//.gitlab-ci.yml@refs/heads/main', true],
    [GITLAB, 'https://gitlab.com/**', false],
    [MAIL, '*@acme.example', true],
    [MAIL, '*@*.example', false],
    [MAIL, 'release@*', false],
    [MAIL, '*', false],
    [ANY, '**', true],
    [ANY, '*', false],
    [ANY, '***', false],
    [ANY, '**/**', false],
    [ANY, 'https://kubernetes.io/namespaces/*/serviceaccounts/builder', true],
  ])('of %s: %s', (issuer, pattern, isAccepted) => {
    const problems = problemsOf(withIdentity(`{issuer: '${issuer}', subjectPattern: '${pattern}'}`))
    expect(problems.length === 0, problems.join()).toBe(isAccepted)
  })

  test('that strangers match is refused with the reason', () => {
    expect(
      problemsOf(withIdentity(`{issuer: ${GITHUB}, subjectPattern: 'https://github.com/acme*/**'}`)),
    ).toEqual([
      `CONFIG_INVALID verify[0].identities[0].subjectPattern is "https://github.com/acme*/**", which subjects of strangers match: ${GITHUB} vouches for anybody's (name their owner without wildcards, as https://github.com/acme/** does)`,
    ])
    expect(problemsOf(withIdentity(`{issuer: ${ANY}, subjectPattern: '*'}`))).toEqual([
      `CONFIG_INVALID verify[0].identities[0].subjectPattern is "*", which does not say whether every subject is meant (write ** if everybody may sign for whom ${ANY} vouches)`,
    ])
  })
})

describe('trust', () => {
  const FOUND =
    'a pinpull.yaml that was only found in the working directory (trust tier 2, see docs/trust.md)'
  const INPUT = 'a functionConfig or a plugin of kustomize (trust tier 3, see docs/trust.md)'
  const files = (file: string) =>
    `${HEAD}  - name: prod\n    trustedRoot: ${file}\n    verify: [{images: a/b, keys: [ok.pub, ${file}], trustedRoot: ${file}}]\n`
  const problems = (text: string, tier: TrustTier) =>
    read(text, tier, (path) => !path.startsWith('..')).diagnostics.map(
      ({ code, args }) =>
        `${code} ${String(args['path']).replace('spec.profiles[0].', '')} ${args['reason']}`,
    )

  test('a configuration that came with the input demands no signatures, and waives none', () => {
    expect(problems(files('root.json'), 3)).toEqual(
      ['trustedRoot', 'verify'].map((key) => `CONFIG_UNTRUSTED ${key} may not be set by ${INPUT}`),
    )
  })

  test('a file that was only found names keys and roots in its own folder', () => {
    expect(problems(files('root.json'), 2)).toEqual([])
    expect(problems(files('../root.json'), 1)).toEqual([])
    expect(problems(files('../root.json'), 2)).toEqual(
      ['trustedRoot', 'verify[0].keys[1]', 'verify[0].trustedRoot'].map(
        (key) => `CONFIG_UNTRUSTED ${key} may not be set to a path out of its folder by ${FOUND}`,
      ),
    )
  })

  test('IMAGE_UNVERIFIED may be made an error by anybody, and less by nobody below tier 2', () => {
    const findings = (severity: string) =>
      `${HEAD}  - {name: prod, findings: {IMAGE_UNVERIFIED: ${severity}}}\n`
    expect(problems(findings('error'), 3)).toEqual([expect.stringContaining('CONFIG_RULE_DEAD')])
    expect(problems(findings("'off'"), 3)).toEqual([
      expect.stringContaining('CONFIG_RULE_DEAD'),
      `CONFIG_UNTRUSTED findings.IMAGE_UNVERIFIED may not be set to "off" by ${INPUT}`,
    ])
  })

  test.each(['SIGNATURE_MISSING', 'SIGNATURE_INVALID', 'IMAGE_NOT_VERIFIABLE'])(
    'the severity of %s is a matter of the entry',
    (code) => {
      const [problem] = problemsOf(`${HEAD}  - {name: prod, findings: {${code}: warning}}\n`)
      expect(problem).toContain(`CONFIG_UNKNOWN_KEY findings.${code} is not known`)
    },
  )

  const OTHERS = `${HEAD}  - name: prod
    verify: [{images: '**', keys: [a.pub]}]
  - {name: same, extends: prod}
  - {name: more, extends: prod, verify: [{images: a/b, mode: warn}]}
  - {name: none, extends: staging}
  - {name: skipping, extends: prod, exclude: ['**']}
  - {name: including, extends: prod, include: [ghcr.io/**]}
  - {name: renaming, extends: prod, rewrite: [{from: ghcr.io, to: mirror.example.com}]}
  - {name: silent, extends: prod, findings: {IMAGE_UNVERIFIED: 'off'}}
  - {name: pulling, extends: prod, pullPolicy: Always}
`
  test.each<[chosen: string, named: string | undefined, isAllowed: boolean]>([
    ['prod', undefined, true],
    ['same', undefined, true],
    ['more', undefined, false],
    ['none', undefined, false],
    ['dev', undefined, false],
    ['skipping', undefined, false],
    ['including', undefined, false],
    ['renaming', undefined, false],
    ['silent', undefined, false],
    ['pulling', undefined, true],
    ['skipping', 'skipping', true],
    ['none', 'none', true],
    ['none', 'prod', true],
  ])('the input chooses %s, and the caller %s', (profileOfInput, named, isAllowed) => {
    const config = {
      ...read(OTHERS).config!,
      defaultProfile: profileOfInput,
      profileOfInput,
      file: 'pinpull.yaml',
    }
    const choose = () => chooseProfile(named, config).name
    if (isAllowed) expect(choose()).toBe(named ?? profileOfInput)
    else {
      expect(choose).toThrow(
        expect.objectContaining({
          code: 'CONFIG_UNTRUSTED',
          args: {
            path: `profile ${profileOfInput}`,
            reason: `may not be chosen by ${INPUT}: it does not demand the signatures that profile prod of pinpull.yaml demands`,
            advice: `choose it with --profile ${profileOfInput}, PINPULL_PROFILE, or defaultProfile in pinpull.yaml`,
          },
        }),
      )
    }
  })
})
