import { describe, expect, test } from 'vitest'
import {
  contradictionIn,
  findSelectorErrors,
  type LabelSelector,
  parseLabelSelector,
} from '../../src/config/label-selector.ts'

const web = { app: 'web', tier: 'front', empty: '' }

describe('what a selector selects', () => {
  test.each<[name: string, selector: LabelSelector, selects: boolean]>([
    ['an empty one selects all', {}, true],
    ['equal labels', { matchLabels: { app: 'web', tier: 'front' } }, true],
    ['one unequal label', { matchLabels: { app: 'web', tier: 'back' } }, false],
    ['an empty value', { matchLabels: { empty: '' } }, true],
    ['an absent label is not an empty one', { matchLabels: { absent: '' } }, false],
    ['In', { matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, true],
    ['In without the label', { matchExpressions: [{ key: 'x', operator: 'In', values: ['web'] }] }, false],
    ['NotIn', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [
      'NotIn without the label, which Kubernetes selects',
      { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['web'] }] },
      true,
    ],
    ['Exists', { matchExpressions: [{ key: 'empty', operator: 'Exists' }] }, true],
    ['Exists without the label', { matchExpressions: [{ key: 'x', operator: 'Exists' }] }, false],
    ['DoesNotExist', { matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    ['DoesNotExist without the label', { matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] }, true],
    [
      'both parts have to hold',
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'In', values: ['back'] }] },
      false,
    ],
  ])('%s', (_, selector, selects) => {
    expect(findSelectorErrors(selector)).toEqual([])
    expect(parseLabelSelector(selector)(web)).toBe(selects)
  })
})

describe('a selector that nothing can satisfy', () => {
  test.each<[name: string, selector: LabelSelector, reason: string | undefined]>([
    ['nothing asked', {}, undefined],
    [
      'overlapping sets',
      {
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['x', 'y'] },
          { key: 'a', operator: 'In', values: ['y', 'z'] },
        ],
      },
      undefined,
    ],
    [
      'disjoint sets',
      {
        matchLabels: { a: 'x' },
        matchExpressions: [{ key: 'a', operator: 'In', values: ['y', 'z'] }],
      },
      'no value of the label a satisfies every requirement',
    ],
    [
      'all that is allowed is refused',
      {
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['x', 'y'] },
          { key: 'a', operator: 'NotIn', values: ['y', 'x'] },
        ],
      },
      'no value of the label a satisfies every requirement',
    ],
    [
      'present and absent',
      {
        matchExpressions: [
          { key: 'a', operator: 'Exists' },
          { key: 'a', operator: 'DoesNotExist' },
        ],
      },
      'the label a has to be there and has to be absent',
    ],
    [
      'a value and absent',
      { matchLabels: { a: 'x' }, matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] },
      'the label a has to be there and has to be absent',
    ],
    [
      'refused and absent agree',
      {
        matchExpressions: [
          { key: 'a', operator: 'NotIn', values: ['x'] },
          { key: 'a', operator: 'DoesNotExist' },
        ],
      },
      undefined,
    ],
  ])('%s', (_, selector, reason) => {
    expect(contradictionIn(selector)).toBe(reason)
  })
})

describe('keys and values, by the rules of apimachinery', () => {
  const long = 'a'.repeat(63)
  test.each<[key: string, value: string, problems: number]>([
    ['app', 'web', 0],
    ['app.kubernetes.io/name', 'Web_1.2', 0],
    [long, long, 0],
    [`${long}a`, 'web', 1],
    ['app', `${long}a`, 1],
    ['', 'web', 1],
    ['-app', 'web', 1],
    ['app-', 'web', 1],
    ['Example.com/app', 'web', 1],
    [`${'a.'.repeat(127)}/app`, 'web', 1],
    ['example.com/', 'web', 1],
    ['a/b/c', 'web', 1],
    ['app', 'a b', 1],
    ['app', 'ü', 1],
  ])('%s=%s', (key, value, problems) => {
    expect(findSelectorErrors({ matchLabels: { [key]: value } })).toHaveLength(problems)
  })
})
