import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { chart, chartForReferenceReader, type Shape, smallChart, stream } from '../../bench/inputs/inputs.ts'
import { findImages } from '../../src/kube/find/find-images.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

function imagesOf(text: string): readonly string[] {
  const source = readSource(Buffer.from(text))
  const { documents, diagnostics } = readDocuments(source)
  expect(diagnostics).toEqual([])
  return findImages(documents, source).fields.map(({ image }) => image)
}

describe('the inputs of the benchmark', () => {
  test('the chart has 20 images, all different', () => {
    const images = imagesOf(smallChart())
    expect([images.length, new Set(images).size]).toEqual([20, 20])
    expect(imagesOf(chartForReferenceReader())).toEqual([...images, images[0]])
  })

  test('a chart has the images that it is given, in their order', () => {
    const images = ['a.example/b:1', 'c:2', 'd/e:3']
    expect(imagesOf(chart(images))).toEqual(images)
  })

  test.each<[Shape, number]>([
    ['workloads', 290],
    ['crds', 13],
    ['json', 245],
  ])('a megabyte of %s is as long as it says, and has its images', (shape, images) => {
    const text = stream(shape, 1_000_000)
    expect(text.length / 1_000_000).toBeCloseTo(1, 1)
    expect(Math.abs(imagesOf(text).length - images)).toBeLessThanOrEqual(1)
  })

  test('they are the same on every machine', () => {
    const digest = createHash('sha256').update(smallChart()).digest('hex').slice(0, 16)
    expect(digest).toBe('645cdc2c88579f5d')
  })
})
