import { describe, expect, test } from 'vitest'
import type { FieldOptions } from '../../../src/kube/find/field-options.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { findUnmatched } from '../../../src/kube/find/unmatched.ts'
import { parsePathPattern } from '../../../src/kube/path-pattern.ts'
import { formatPath } from '../../../src/yaml/lookup.ts'
import { inputOf } from './found.ts'

function left(text: string, options: FieldOptions = {}): string[] {
  const { documents, source } = inputOf(text)
  return findUnmatched(documents, source, options, findImages(documents, source, options)).map(
    ({ path, text, reason }) => `${formatPath(path)} ${text}: ${reason}`,
  )
}

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nspec: ${spec}\n`
const program = 'given to a program: spec.fields.rules can name it'

describe('strings that look like an image and are left', () => {
  test.each<[name: string, text: string, expected: readonly string[], options?: FieldOptions]>([
    [
      'a Ceph device',
      pod('{volumes: [{rbd: {image: foo}}]}'),
      ['spec.volumes[0].rbd.image foo: a Ceph block device'],
    ],
    [
      'an unknown field',
      'apiVersion: a.example/v1\nkind: Any\nspec: {image: nginx}\n',
      ['spec.image nginx: no rule knows this field'],
    ],
    [
      'another name',
      'apiVersion: a.example/v1\nkind: Any\nspec: {workerImage: a/b:1}\n',
      ['spec.workerImage a/b:1: no rule knows this field'],
    ],
    [
      'a skipped object',
      'apiVersion: kyverno.io/v1\nkind: Policy\nspec: {image: "*:latest"}\n',
      ['spec.image *:latest: the object is skipped: image patterns of a policy, not images'],
    ],
    [
      'an optional field',
      'apiVersion: operators.coreos.com/v1\nkind: CatalogSource\nspec: {image: a/b:1}\n',
      ['spec.image a/b:1: an optional field: spec.fields.optional can ask for it'],
    ],
    [
      'a part',
      'apiVersion: a.example/v1\nkind: Any\nspec: {image: driver, repository: nvcr.io/nvidia}\n',
      ['spec.image driver: one part of a reference in several keys'],
    ],
    [
      'an excluded field',
      pod('{containers: [{image: a:1}]}'),
      ['spec.containers[0].image a:1: the configuration excludes it'],
      { exclude: [{ selector: {}, path: parsePathPattern('spec.containers[].image') }] },
    ],
    [
      'a copy',
      pod('{containers: [{image: a/b:1, env: [{name: SELF, value: a/b:1}]}]}'),
      [
        'spec.containers[0].env[0].value a/b:1: a copy of an image of this stream: spec.fields.copies can pin it alike',
      ],
    ],
    [
      'a variable',
      pod('{containers: [{env: [{name: X, value: a/b:1}]}]}'),
      [`spec.containers[0].env[0].value a/b:1: ${program}`],
    ],
    [
      'an argument',
      pod('{containers: [{args: [--image=a/b:1, --x, c/d:2, /bin/sh]}]}'),
      [
        `spec.containers[0].args[0] --image=a/b:1: ${program}`,
        `spec.containers[0].args[2] c/d:2: ${program}`,
      ],
    ],
    [
      'an annotation',
      'apiVersion: v1\nkind: Pod\nmetadata: {annotations: {sidecar: a/b:1, other: text}}\n',
      [`metadata.annotations.sidecar a/b:1: ${program}`],
    ],
    [
      'a ConfigMap',
      'apiVersion: v1\nkind: ConfigMap\ndata: {x: a/b:1, y: "a: b"}\n',
      [`data.x a/b:1: ${program}`],
    ],
    ['nothing that is found', pod('{containers: [{image: a/b:1}]}'), []],
    [
      'no number, and nothing empty; an item of a list',
      'apiVersion: a.example/v1\nkind: Any\nspec: {image: 1, x: {image: ""}, z: {image: [a]}}\n',
      ['spec.z.image[0] a: no rule knows this field'],
    ],
    ['no policy and no secret', pod('{imagePullPolicy: a/b:1, imagePullSecrets: [{name: a/b:1}]}'), []],
    ['no status', 'apiVersion: v1\nkind: Pod\nstatus: {image: a/b:1}\n', []],
    [
      'an alias once',
      'apiVersion: a.example/v1\nkind: Any\nspec: {a: {image: &i a/b:1}, b: {image: *i }}\n',
      ['spec.a.image a/b:1: no rule knows this field'],
    ],
  ])('%s', (_name, text, expected, options) => {
    expect(left(text, options)).toEqual(expected)
  })
})
