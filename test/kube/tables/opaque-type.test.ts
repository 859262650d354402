import { describe, expect, test } from 'vitest'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { parsePathPattern } from '../../../src/kube/path-pattern.ts'
import { isOpaqueType } from '../../../src/kube/tables/lookup.ts'
import { readInput } from '../../../src/transform.ts'

describe('a type that need not be read', () => {
  test.each([
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
    ['kyverno.io/v1', 'ClusterPolicy'],
    ['v1', 'Node'],
  ])('is %s %s', (apiVersion, kind) => {
    expect(isOpaqueType({ apiVersion, kind })).toBe(true)
  })

  test.each([
    ['apps/v1', 'Deployment'],
    ['example.com/v1', 'CustomResourceDefinition'],
    ['kyverno.io/v1', 'ClusterPolicyList'],
    ['config.kubernetes.io/v1', 'ResourceList'],
    ['v1', 'List'],
  ])('is not %s %s', (apiVersion, kind) => {
    expect(isOpaqueType({ apiVersion, kind })).toBe(false)
  })
})

describe('a large document of such a type', () => {
  const crd = (rest: string): Buffer =>
    Buffer.from(
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n${`# ${'x'.repeat(78)}\n`.repeat(60)}${rest}`,
    )
  const rules = [{ selector: { kind: 'CustomResourceDefinition' }, path: parsePathPattern('spec.image') }]

  test('is not read, and what is wrong with it not reported', () => {
    const { documents, diagnostics } = readInput(crd('spec: {image: *x}\n'))
    expect(documents.map(({ unparsed }) => unparsed?.kind)).toEqual(['CustomResourceDefinition'])
    expect(diagnostics).toEqual([])
  })

  test('is not read to find images in the others', () => {
    const text = `${crd('spec: {image: *x}\n')}---\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: nginx\n`
    const { documents, source, diagnostics } = readInput(Buffer.from(text))
    expect(findImages(documents, source).fields.map(({ image }) => image)).toEqual(['nginx'])
    expect(diagnostics).toEqual([])
  })

  test('is read where a rule is about it', () => {
    const { documents, source } = readInput(crd('spec: {image: "nginx:1.27"}\n'))
    const { fields } = findImages(documents, source, { rules })
    expect(fields.map(({ image }) => image)).toEqual(['nginx:1.27'])
  })

  test('is read where that is asked for', () => {
    const { diagnostics } = readInput(crd('spec: {image: *x}\n'), undefined, {})
    expect(diagnostics.map(({ code }) => code)).toEqual(['YAML_INVALID'])
  })

  test('and then what is wrong with it is reported', () => {
    const input = readInput(crd('spec: {image: *x}\n'))
    expect(findImages(input.documents, input.source, { rules }).fields).toEqual([])
    expect(input.diagnostics.map(({ code }) => code)).toEqual(['YAML_INVALID'])
  })
})
