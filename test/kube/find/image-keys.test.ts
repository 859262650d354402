import { describe, expect, test } from 'vitest'
import {
  IMAGE_KEYWORDS,
  isImageKey,
  isImagesKey,
  isRepositoryKey,
  mayNameImage,
} from '../../../src/kube/find/image-keys.ts'
import type { Mapping } from '../../../src/yaml/nodes.ts'
import { documentsOf } from './found.ts'

describe('texts without which nothing is looked for', () => {
  const mayHold = (entry: string): boolean => {
    const root = documentsOf(`apiVersion: v1\nkind: Thing\nspec:\n  x: 1\n  ${entry}\n`)[0]
      ?.contents as Mapping
    return root.mayContainBeside(IMAGE_KEYWORDS, 'apiVersion')
  }

  test.each([
    'image: a',
    '"image" : a',
    'sidecarImage: a',
    'imageRef: a',
    'images: [a]',
    'proxy-image: a',
    'PROXY_IMAGE: a',
    'repository: a',
    'chartRepository: a',
    'a: {name: RELATED_IMAGE_PROXY}',
    'a: [--proxy-image=b]',
    'a: [--proxyImage=b]',
    'a: [--proxy-image, b]',
    'a: {apiVersion: v1}',
    '"\\u0069mage": a',
  ])('%s', (entry) => {
    expect(mayHold(entry)).toBe(true)
  })

  test.each([
    'x1: a',
    'imagePullPolicy: a',
    'imagePullSecrets: [a]',
    'a: an image of a thing',
    'a: repository',
    'a: v1',
  ])('not in %s', (entry) => {
    expect(mayHold(entry)).toBe(false)
  })

  test('every key that is looked at has one of them', () => {
    const keys = [
      'image',
      'aImage',
      'a-image',
      'a.image',
      'a_image',
      'IMAGE',
      'A_IMAGE',
      'imageName',
      'images',
      'repository',
    ]
    expect(keys.filter((key) => !mayNameImage(key))).toEqual([])
    expect(keys.filter((key) => !mayHold(`${key}: a`))).toEqual([])
  })
})

test.each<[key: string, expected: string]>([
  ['image', 'image'],
  ['sidecarImage', 'image'],
  ['x-image', 'image'],
  ['docker_image', 'image'],
  ['imageReference', 'image'],
  ['images', 'images'],
  ['sidecarImages', 'images'],
  ['repository', 'repository'],
  ['imageRepository', 'repository'],
  ['imagePullPolicy', '-'],
  ['imageTag', '-'],
  ['damage', '-'],
  ['Images', '-'],
  ['imagery', '-'],
])('%s is the name of %s', (key, expected) => {
  const names = [
    isImageKey(key) && 'image',
    isImagesKey(key) && 'images',
    isRepositoryKey(key) && 'repository',
  ]
  expect(names.filter(Boolean).join() || '-').toBe(expected)
})
