import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import {
  COMMIT,
  DATE_OR_BUILD,
  DIGEST,
  DOCKER_HUB_PREFIX,
  DOMAIN_PREFIX,
  FULL_VERSION,
  globsExpression,
  HELM_ACTION,
  IMAGE_ID,
  IPV6_PREFIX,
  MOVING,
  NAME,
  PLACEHOLDER,
} from '../../src/guard/expressions.ts'
import { findHelmAction, placeholderOf } from '../../src/kube/placeholder.ts'
import { splitDockerDomain } from '../../src/reference/docker-hub.ts'
import { MAX_PATH_LENGTH } from '../../src/reference/grammar.ts'
import { isReference, tryParseReference } from '../../src/reference/parse.ts'
import { compileGlob } from '../../src/reference/pattern.ts'
import { tagKindOf } from '../../src/reference/tag-kind.ts'

const compiled = new Map<string, RE2JS>()

/** As CEL's `matches`: RE2, found anywhere in the text. */
function matches(text: string, expression: string): boolean {
  const known = compiled.get(expression) ?? RE2JS.compile(expression)
  compiled.set(expression, known)
  return known.matcher(text).find()
}

/** What the variables of `images.ts` do with a text, in the same steps. */
function isReferenceInCel(image: string): boolean {
  const bare = image.split('@', 1)[0] as string
  const digest = image.includes('@') ? image.slice(image.indexOf('@') + 1) : ''
  const slash = bare.indexOf('/')
  const full = matches(bare, DOCKER_HUB_PREFIX)
    ? `docker.io/${slash === bare.lastIndexOf('/') ? 'library/' : ''}${bare.slice(slash + 1)}`
    : matches(bare, DOMAIN_PREFIX)
      ? bare
      : `docker.io/${bare.includes('/') ? '' : 'library/'}${bare}`
  const path = full.slice(full.indexOf('/') + 1).split(':')[0] as string
  return (
    path.length <= MAX_PATH_LENGTH &&
    matches(full, NAME) &&
    (digest === '' || matches(digest, DIGEST)) &&
    !image.endsWith('@') &&
    !matches(image, IMAGE_ID)
  )
}

function isPlaceholderInCel(image: string): boolean {
  return matches(image, PLACEHOLDER) || (image.startsWith('[') && !matches(image, IPV6_PREFIX))
}

function isFixedInCel(tag: string): boolean {
  const parts = tag.replaceAll('_', '-').replaceAll('.', '-').split('-')
  return (
    matches(tag, DATE_OR_BUILD) ||
    parts.some((part) => matches(part, COMMIT) && matches(part, '[0-9]')) ||
    (!matches(tag, MOVING) && matches(tag, FULL_VERSION))
  )
}

const HEX = 'a1b2c3d4e5f60718'
const TEXTS = [
  '',
  ' ',
  '\u00a0\u2028',
  'auto',
  'nginx',
  'nginx:',
  'nginx@',
  'nginx:1.27@',
  'Nginx',
  'library/nginx:1.27',
  'docker.io/nginx',
  'docker.io/',
  'docker.io//nginx',
  'index.docker.io/nginx:1',
  'docker.io/acme/app',
  'localhost/app:1',
  'localhost:5000/app',
  'Host/app',
  'my_host.io/app',
  'host/app/UPPER',
  '[::1]/app',
  '[fe80::1]:5000/app:1',
  '[name]/app',
  'a[b]',
  'ghcr.io/acme/a__b.c-d---e:v1',
  'ghcr.io/acme/a___b',
  'ghcr.io/acme/a._b',
  `nginx@sha256:${HEX.repeat(4)}`,
  `nginx:1.27@sha256:${HEX.repeat(4)}`,
  `nginx@sha256:${HEX.repeat(4).toUpperCase()}`,
  `nginx@sha256:${HEX}`,
  `nginx@sha384:${HEX.repeat(6)}`,
  `nginx@sha512:${HEX.repeat(8)}`,
  `nginx@blake3:${HEX.repeat(4)}`,
  `nginx@md5:${HEX.repeat(2)}`,
  `nginx@sha256:${HEX.repeat(4)}@x`,
  HEX.repeat(4),
  `sha256:${HEX.repeat(4)}`,
  `sha256:${HEX.repeat(4)}@sha256:${HEX.repeat(4)}`,
  `sha256:${HEX.repeat(7)}@sha512:${HEX.repeat(8)}`,
  'sha256:abc',
  `a/${'b'.repeat(254)}`,
  `a/${'b'.repeat(253)}`,
  `nginx:${'t'.repeat(128)}`,
  `nginx:${'t'.repeat(129)}`,
  '{{ .Values.image }}',
  '{{ .Values.image }',
  '{{- include "image" . }}',
  '{{inputs.parameters.image}}',
  '{{ $x } }}',
  '{% image %}',
  '<%= image %>',
  '$(IMAGE)',
  'nginx:${TAG}',
  '$TAG',
  'nginx:$1',
  'nginx:*',
  '<image>',
  '#{image}#',
  '((image))',
  '%image%',
  '@image@',
  '__IMAGE__',
  '__image__:1',
  'x/__1__',
  'nginx:__TAG__',
  '...',
  'a…b',
  'nginx?',
  'FILLED BY THE OPERATOR',
  'YOUR_ORG/app',
  'YOUR-ORG/app:1',
  'nginx:REPLACE_ME',
  'nginx:CHANGEME',
  'nginx:RELEASE-1',
  'ko://github.com/acme/app',
  'ENC[AES256]',
  'x###ZARF_REGISTRY###',
]

const TAGS = [
  ...[
    '1.27.3',
    'v1.27.3',
    '1.27',
    '1',
    'latest',
    'stable',
    'v0.10.6-alpine',
    '3f4ff3c',
    'g3f4ff3c',
    'defaced',
  ],
  ...[
    '20261120',
    '2026-11-20',
    '2026-11-201',
    '12026-11-20',
    'main-20261120',
    '1.27-alpine3.19.1',
    'release-1.27.3',
  ],
  ...[
    '1.4.0-SNAPSHOT',
    '1.4.0-nightly',
    '1.4.0_dev',
    'dev-1.4.0',
    'v',
    'v-1.2.3',
    '_1.2.3',
    'va-1.2.3',
    'v1a-1.2.3',
  ],
  ...['x.1.2.3', '1.2.3.4', '12345678', '1234567', 'a.1234567', 'latest.1234567', 'x--1.2.3', '0.0.0-edge.1'],
]

const alphabet = fc.constantFrom(
  ...'abz019AZ/:@._-[]{}()$<>%*?#! \n…'.split(''),
  '{{ .',
  '}}',
  '__',
  '...',
  'docker.io/',
)
const noise = fc.array(alphabet, { maxLength: 14 }).map((parts) => parts.join(''))
const tagNoise = fc
  .array(
    fc.constantFrom(...'0123456789abcfgvx._-'.split(''), 'latest', 'DEV', '1.2.3', '2026-11-20', '20261120'),
    {
      minLength: 1,
      maxLength: 9,
    },
  )
  .map((parts) => parts.join(''))
  .filter((tag) => isReference(`nginx:${tag}`))

describe('the grammar in the syntax of RE2', () => {
  test.each(TEXTS)('%j is a reference, or is none, as for the parser', (text) => {
    expect(isReferenceInCel(text)).toBe(isReference(text))
  })

  test.each(TEXTS)('%j is a placeholder, or is none, as for the filter', (text) => {
    // Istio's `auto` is a reference to the API server, unless an injector is to replace it.
    expect(isPlaceholderInCel(text)).toBe(text !== 'auto' && placeholderOf(text) !== undefined)
  })

  test.each(TEXTS)('%j is an action of a Helm template, or is none', (text) => {
    expect(matches(text, HELM_ACTION)).toBe(findHelmAction(text) !== undefined)
  })

  test.each(TAGS)('the tag %j is fixed, or is not', (tag) => {
    const reference = tryParseReference(`nginx:${tag}`)
    const kind = reference && tagKindOf(reference)
    expect(isFixedInCel(tag)).toBe(kind === 'fixed')
  })

  test('agrees for generated texts', () => {
    fc.assert(
      fc.property(noise, (text) => {
        expect(isReferenceInCel(text), 'reference').toBe(isReference(text))
        expect(isPlaceholderInCel(text), 'placeholder').toBe(
          text !== 'auto' && placeholderOf(text) !== undefined,
        )
        expect(matches(text, HELM_ACTION), 'action').toBe(findHelmAction(text) !== undefined)
      }),
      { numRuns: 5000 },
    )
  })

  test('agrees for generated tags', () => {
    fc.assert(
      fc.property(tagNoise, (tag) => {
        const reference = tryParseReference(`nginx:${tag}`)
        if (reference === undefined || tag === 'latest') return
        expect(isFixedInCel(tag)).toBe(tagKindOf(reference) === 'fixed')
      }),
      { numRuns: 5000 },
    )
  })

  test('a name without a domain is on Docker Hub', () => {
    for (const text of TEXTS.filter((one) => !one.includes('@'))) {
      const { domain } = splitDockerDomain(text)
      const isHub = matches(text, DOCKER_HUB_PREFIX) || !matches(text, DOMAIN_PREFIX)
      expect(isHub, text).toBe(domain === 'docker.io')
    }
  })
})

describe('globs in the syntax of RE2', () => {
  const piece = fc.constantFrom(
    '*',
    '**',
    '***',
    '?',
    'a',
    'b',
    '/',
    '.',
    '-',
    '+',
    '(',
    '[',
    '\\',
    '$',
    '^',
    '|',
  )
  const glob = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''))
  const text = fc
    .array(fc.constantFrom(...'ab/.-+([\\$^|\n'.split('')), { maxLength: 7 })
    .map((parts) => parts.join(''))

  test.each([['/'], [undefined]])('agree with the globs of a profile, separator %s', (separator) => {
    fc.assert(
      fc.property(glob, glob, text, (one, other, value) => {
        const wanted = [one, other].some((pattern) => compileGlob(pattern, separator).matches(value))
        expect(matches(value, globsExpression([one, other], separator))).toBe(wanted)
        expect(matches(value, globsExpression([one], separator))).toBe(
          compileGlob(one, separator).matches(value),
        )
      }),
      { numRuns: 5000 },
    )
  })
})
