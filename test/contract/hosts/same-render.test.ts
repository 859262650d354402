import { expect, test } from 'vitest'
import { sameRender } from './same-render.ts'

const D = `@sha256:${'0'.repeat(64)}`
const STREAM = `# Source: shop/templates/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  annotations: {build: "1", image: nginx}
data:
  word: "yes" # a text
  note: |
    nginx

---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  template:
    spec:
      containers:
        - name: web
          image: nginx:1.27
        - {name: two, image: busybox, imagePullPolicy: Always}
      volumes:
        - image:
            reference: model:2
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Pod, metadata: {name: one}, spec: {containers: [{name: one, image: one}]}}
`
const PINNED = STREAM.replace(
  'image: nginx:1.27\n',
  `image: nginx:1.27${D}\n          imagePullPolicy: IfNotPresent\n`,
)
  .replace('image: busybox, imagePullPolicy: Always', `image: busybox${D}, imagePullPolicy: IfNotPresent`)
  .replace('reference: model:2\n', `reference: model:2${D}\n            pullPolicy: IfNotPresent\n`)
  .replace('image: one}', `image: one${D}, imagePullPolicy: IfNotPresent}`)

const BYTES = { bytes: true }

test('digests and policies alone', () => {
  expect(sameRender('host 1.0', STREAM, PINNED, BYTES)).toEqual({
    objects: 3,
    images: 4,
    policies: 4,
    others: [],
    line: 'host 1.0: 3 objects, 4 images and 4 pull policies differ, nothing else',
  })
})

test('quotes around an image between braces', () => {
  const quoted = PINNED.replace(`image: busybox${D},`, `image: 'busybox${D}',`)
  expect(quoted).not.toBe(PINNED)
  expect(sameRender('host', STREAM, quoted, BYTES)).toMatchObject({ images: 4, others: [] })
})

test('another order of the host itself', () => {
  const [one, two, three] = PINNED.split('---\n')
  const moved = [two, three, one].join('---\n')
  expect(sameRender('host', STREAM, moved, { anyOrder: true }).line).toBe(
    'host: 3 objects, 4 images and 4 pull policies differ, nothing else (order not compared)',
  )
})

test('nothing', () => {
  expect(sameRender('host', STREAM, STREAM, BYTES).line).toBe(
    'host: 3 objects, 0 images and 0 pull policies differ, nothing else',
  )
  expect(sameRender('host', '', '# none\n').line).toBe(
    'host: 0 objects, 0 images and 0 pull policies differ, nothing else',
  )
})

test('a List and its items are the same objects', () => {
  const list = PINNED.split('---\n')[2]!
  const item = list.replace(/^[\s\S]*items:\n {2}- /, '')
  expect(sameRender('host', STREAM, PINNED.replace(list, item))).toMatchObject({ images: 4, others: [] })
})

test('objects that a host has read', () => {
  const pod = (image: string, size: unknown) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one' } },
    spec: { size, containers: [{ name: 'one', image }] },
  })
  expect(sameRender('host', [pod('a', 1)], [pod(`a${D}`, 1)])).toMatchObject({ images: 1, others: [] })
  expect(sameRender('host', [pod('a', 1)], [pod(`a${D}`, '1')]).others).toEqual([
    'v1 Pod one: spec.size: 1 became "1"',
  ])
})

/** What a recipe that does not render the same makes of the pinned stream, and the difference that has to be found. */
test.each<[what: string, from: string | RegExp, to: string, difference: string]>([
  ['an object is lost', /---\napiVersion: apps[\s\S]*?(?=---)/, '', 'apps/v1 Deployment web in shop is lost'],
  ['an item of a list is lost', /items:\n.*\n/, 'items: []\n', 'v1 Pod one is lost'],
  [
    'an object is added',
    /$/,
    '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n',
    'v1 Namespace n was not there',
  ],
  [
    'an object comes twice',
    /$/,
    `---\n${STREAM.split('---\n')[0]}`,
    'v1 ConfigMap settings, number 2 was not there',
  ],
  [
    'the order differs',
    /^([\s\S]*?)---\n([\s\S]*?)---\n/,
    '$2---\n$1---\n',
    'the order differs from v1 ConfigMap settings on',
  ],
  ['another namespace', 'namespace: shop', 'namespace: default', 'apps/v1 Deployment web in shop is lost'],
  [
    'an annotation',
    'build: "1"',
    'build: "2"',
    'v1 ConfigMap settings: metadata.annotations.build: "1" became "2"',
  ],
  [
    'an annotation of a digest',
    'image: nginx}',
    `image: nginx${D}}`,
    `v1 ConfigMap settings: metadata.annotations.image: "nginx" became "nginx${D}"`,
  ],
  [
    'a number that becomes a text',
    'replicas: 1',
    'replicas: "1"',
    'apps/v1 Deployment web in shop: spec.replicas: 1 became "1"',
  ],
  [
    'a text that becomes a number',
    'build: "1"',
    'build: 1',
    'v1 ConfigMap settings: metadata.annotations.build: "1" became 1',
  ],
  [
    'a text that YAML 1.1 takes for a boolean',
    '"yes" #',
    'yes #',
    'v1 ConfigMap settings: data.word: "yes" became true',
  ],
  [
    'the end of a block',
    'note: |',
    'note: |+',
    'v1 ConfigMap settings: data.note: "nginx\\n" became "nginx\\n\\n"',
  ],
  [
    'a field is lost',
    '  replicas: 1\n',
    '',
    'apps/v1 Deployment web in shop: spec.replicas: 1 became nothing',
  ],
  [
    'another tag',
    'nginx:1.27@',
    'nginx:1.28@',
    `apps/v1 Deployment web in shop: spec.template.spec.containers.0.image: "nginx:1.27" became "nginx:1.28${D}"`,
  ],
  [
    'the tag is dropped',
    'nginx:1.27@',
    'nginx@',
    `apps/v1 Deployment web in shop: spec.template.spec.containers.0.image: "nginx:1.27" became "nginx${D}"`,
  ],
  [
    'half a digest',
    `nginx:1.27${D}`,
    'nginx:1.27@sha256:00',
    'apps/v1 Deployment web in shop: spec.template.spec.containers.0.image: "nginx:1.27" became "nginx:1.27@sha256:00"',
  ],
  [
    'a policy that there is not',
    'imagePullPolicy: IfNotPresent\n',
    'imagePullPolicy: Sometimes\n',
    'apps/v1 Deployment web in shop: spec.template.spec.containers.0.imagePullPolicy: nothing became "Sometimes"',
  ],
  [
    'a policy in another place',
    '  replicas: 1\n',
    '  replicas: 1\n  imagePullPolicy: Always\n',
    'apps/v1 Deployment web in shop: spec.imagePullPolicy: nothing became "Always"',
  ],
])('found: %s', (_, from, to, difference) => {
  const planted = PINNED.replace(from, to)
  expect(planted).not.toBe(PINNED)
  const { others, line } = sameRender('host', STREAM, planted)
  expect(others).toContain(difference)
  expect(line).toContain(`and also:\n  ${others[0]}`)
})

test.each<[what: string, from: string, to: string, difference: string]>([
  [
    'a comment is lost',
    ' # a text',
    '',
    'line 8, policies not counted: "  word: \\"yes\\" # a text" became "  word: \\"yes\\""',
  ],
  [
    'a Source comment is lost',
    '# Source: shop/templates/settings.yaml\n',
    '',
    'line 1, policies not counted: "# Source: shop/templates/settings.yaml" became "apiVersion: v1"',
  ],
  [
    'quotes',
    'build: "1"',
    "build: '1'",
    'line 6, policies not counted: "  annotations: {build: \\"1\\", image: nginx}" became "  annotations: {build: \'1\', image: nginx}"',
  ],
  [
    'a line end',
    'kind: ConfigMap\n',
    'kind: ConfigMap\r\n',
    'line 3, policies not counted: "kind: ConfigMap" became "kind: ConfigMap\\r"',
  ],
  ['a line more', 'kind: List\n', '\nkind: List\n', 'line 29, policies not counted: "kind: List" became ""'],
])('found where bytes count: %s', (_, from, to, difference) => {
  const planted = PINNED.replace(from, to)
  expect(sameRender('host', STREAM, planted).others).toEqual([])
  expect(sameRender('host', STREAM, planted, BYTES).others).toEqual([difference])
})

test('what is no YAML is an error', () => {
  expect(() => sameRender('host', STREAM, 'a: [')).toThrow()
})
