import { expect, test } from 'vitest'
import { parseSubject } from '../../src/doctor/subject.ts'
import { canonicalText } from '../../src/reference/reference.ts'

test.each([
  ['nginx', 'image', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'image', 'docker.io/library/nginx:1.27'],
  ['redis:7', 'image', 'docker.io/library/redis:7'],
  ['ghcr.io/acme/app', 'image', 'ghcr.io/acme/app:latest'],
  ['localhost:5000/app:1', 'image', 'localhost:5000/app:1'],
  ['ghcr.io', 'registry', 'ghcr.io/pinpull:latest'],
  ['docker.io', 'registry', 'docker.io/library/pinpull:latest'],
  ['registry.example.com:5000', 'registry', 'registry.example.com:5000/pinpull:latest'],
  ['127.0.0.1:5000', 'registry', '127.0.0.1:5000/pinpull:latest'],
  ['[::1]:5000', 'registry', '[::1]:5000/pinpull:latest'],
  ['localhost', 'registry', 'localhost/pinpull:latest'],
  ['localhost:5000', 'registry', 'localhost:5000/pinpull:latest'],
  ['https://ghcr.io', 'registry', 'ghcr.io/pinpull:latest'],
  ['http://registry:5000/', 'registry', 'registry:5000/pinpull:latest'],
  ['registry:5000/', 'registry', 'registry:5000/pinpull:latest'],
])('%s is an %s', (text, kind, reference) => {
  const subject = parseSubject(text)
  expect([subject.kind, canonicalText(subject.reference)]).toEqual([kind, reference])
})

test.each([
  ['', '"" is neither an image nor the host of a registry: it is empty'],
  ['Nginx/x', undefined],
  [
    '/app',
    '"/app" is neither an image nor the host of a registry: a part of the name between slashes is empty',
  ],
  [
    'web.yaml',
    '"web.yaml" is a file, and neither an image nor a registry; to list its images: pinpull images FILE',
  ],
  [
    './apps/list.JSON',
    '"./apps/list.JSON" is a file, and neither an image nor a registry; to list its images: pinpull images FILE',
  ],
  ['example.com/web.yaml:1', undefined],
  ['https://ann:secret@ghcr.io', 'the URL of a registry: it contains a user name or password'],
  ['https://ghcr.io/acme/app', 'the URL of a registry: it has a path'],
  ['oci://ghcr.io', 'the URL of a registry: it is not an http or https URL'],
  ['a b.example/', '"a b.example" is not the host of a registry, such as ghcr.io'],
])('%j is rejected', (text, reason) => {
  if (reason === undefined) expect(parseSubject(text).kind).toBe('image')
  else expect(() => parseSubject(text)).toThrow(expect.objectContaining({ code: 'USAGE', args: { reason } }))
})
