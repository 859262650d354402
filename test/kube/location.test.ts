import { expect, test } from 'vitest'
import { findImages } from '../../src/kube/find/find-images.ts'
import { locationOf } from '../../src/kube/location.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

const text = `# first
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: {name: p, namespace: apps}
    spec:
      containers:
        - name: é
          image: &i "a:1"
        - {name: ö, image: *i}
`

test.each([undefined, 'pods.yaml'])('a place names all that is known (file: %s)', (file) => {
  const source = readSource(new TextEncoder().encode(text), file)
  const places = findImages(readDocuments(source).documents, source).fields.map((field) =>
    locationOf(field, source),
  )
  const shared = {
    ...(file === undefined ? {} : { file }),
    document: places[0]?.document,
    resource: { apiVersion: 'v1', kind: 'Pod', namespace: 'apps', name: 'p' },
  }
  expect(places).toEqual([
    { ...shared, line: 12, column: 21, container: 'é', path: 'items[0].spec.containers[0].image' },
    { ...shared, line: 13, column: 28, container: 'ö', path: 'items[0].spec.containers[1].image' },
  ])
})
