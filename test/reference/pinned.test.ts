import { expect, test } from 'vitest'
import { parseDigest } from '../../src/reference/digest.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { pinnedText } from '../../src/reference/pinned.ts'

const old = `sha256:${'0'.repeat(64)}`
const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

test.each<[text: string, tagDigest: string, digestOnly: string]>([
  ['nginx', `nginx@${digest}`, `nginx@${digest}`],
  ['nginx:1.27', `nginx:1.27@${digest}`, `nginx@${digest}`],
  ['nginx:latest', `nginx:latest@${digest}`, `nginx@${digest}`],
  ['docker.io/nginx:1', `docker.io/nginx:1@${digest}`, `docker.io/nginx@${digest}`],
  [
    'index.docker.io/library/nginx',
    `index.docker.io/library/nginx@${digest}`,
    `index.docker.io/library/nginx@${digest}`,
  ],
  ['test:5000/repo', `test:5000/repo@${digest}`, `test:5000/repo@${digest}`],
  ['test:5000/repo:tag', `test:5000/repo:tag@${digest}`, `test:5000/repo@${digest}`],
  ['test.com:5000', `test.com:5000@${digest}`, `test.com@${digest}`],
  ['[::1]:5000/a', `[::1]:5000/a@${digest}`, `[::1]:5000/a@${digest}`],
  [`nginx@${old}`, `nginx@${digest}`, `nginx@${digest}`],
  [`nginx:1.27@${old}`, `nginx:1.27@${digest}`, `nginx@${digest}`],
])('%s', (text, tagDigest, digestOnly) => {
  const reference = parseReference(text)
  const pinned = [
    pinnedText(reference, parseDigest(digest), 'tag-digest'),
    pinnedText(reference, parseDigest(digest), 'digest'),
  ]
  expect(pinned).toEqual([tagDigest, digestOnly])
  expect(pinned.map((one) => parseReference(one).digest)).toEqual([digest, digest])
})
