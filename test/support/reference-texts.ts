import fc from 'fast-check'

const hex = 'a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

/** What references are made of, and what breaks them. */
const pieces = [
  ...['a', 'b1', 'B', '0', '.', '_', '__', '-', '--', '/', '/', ':', ':', '@', '+', ' ', '\n', 'é', 'K'],
  ...[
    `@sha256:${hex}`,
    `@sha512:${hex}${hex}`,
    `@sha256:${hex.slice(1)}`,
    `@sha384:${hex}`,
    `@md5:${hex.slice(32)}`,
  ],
  ...[
    'sha256:',
    hex,
    ':tag',
    ':1.2',
    ':latest',
    '[',
    ']',
    '[::1]',
    '[::1]:5000/',
    'x.y',
    'h.io:5000/',
    'localhost',
  ],
  ...['docker.io', 'index.docker.io/', 'library/', 'a'.repeat(127), 'a'.repeat(120), 'foo_bar.com/'],
]

const text = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 })
  .map((parts) => parts.join(''))

/** Texts that are made of the pieces of references: some are references, and most are nearly. */
export function referenceTexts(count: number, seed: number): readonly string[] {
  return fc.sample(text, { numRuns: count, seed })
}
