import { describe, expect, test } from 'vitest'
import { type MatchInput, type MatchSpec, parseMatcher } from '../../src/config/matcher.ts'
import { applyRules, parseRule } from '../../src/config/rule.ts'
import { parseReference } from '../../src/reference/parse.ts'

const input: MatchInput = {
  reference: parseReference('ghcr.io/acme/web:1.27'),
  tagKind: 'floating',
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web-frontend',
  labels: () => ({ app: 'web' }),
  container: 'app',
  containerType: 'container',
}

describe('a matcher', () => {
  test.each<[name: string, spec: MatchSpec, matches: boolean]>([
    ['no condition', {}, true],
    ['reference', { reference: 'floating' }, true],
    ['one of several references', { reference: ['latest', 'floating'] }, true],
    ['another reference', { reference: ['latest', 'digest'] }, false],
    ['image', { image: 'ghcr.io/acme/*' }, true],
    ['image with a tag', { image: 'ghcr.io/acme/web:1.*' }, true],
    ['one of several images', { image: ['nginx', 'ghcr.io/acme/*'] }, true],
    ['another image', { image: ['nginx', 'ghcr.io/other/*'] }, false],
    ['group', { group: 'apps' }, true],
    ['the core group', { group: '' }, false],
    ['version', { version: 'v1*' }, true],
    ['another version', { version: 'v1beta?' }, false],
    ['kind', { kind: ['Job', 'Deployment'] }, true],
    ['kinds mind their case', { kind: 'deployment' }, false],
    ['a glob matches the whole word', { kind: 'Deploy' }, false],
    ['namespace', { namespace: 'sh*' }, true],
    ['another namespace', { namespace: ['', 'default'] }, false],
    ['name', { name: '*-frontend' }, true],
    ['a dot in a glob is a dot', { name: 'web.frontend' }, false],
    ['labels', { labelSelector: { matchLabels: { app: 'web' } } }, true],
    ['other labels', { labelSelector: { matchLabels: { app: 'api' } } }, false],
    ['container', { container: 'a?p' }, true],
    ['another container', { container: 'sidecar' }, false],
    ['container type', { containerType: ['initContainer', 'container'] }, true],
    ['another container type', { containerType: 'imageVolume' }, false],
    ['all conditions hold', { kind: 'Deployment', namespace: 'shop', container: 'app' }, true],
    ['one condition fails', { kind: 'Deployment', namespace: 'shop', container: 'x' }, false],
  ])('%s', (_, spec, matches) => {
    expect(parseMatcher(spec).matches(input)).toBe(matches)
  })

  test('on reference or image matches no value that is no reference', () => {
    const { reference: _, tagKind: __, ...rest } = input
    expect(parseMatcher({ image: '**' }).matches(rest)).toBe(false)
    expect(parseMatcher({ reference: 'floating' }).matches(rest)).toBe(false)
    expect(parseMatcher({ kind: 'Deployment' }).matches(rest)).toBe(true)
  })

  test('on the container matches nothing that has no name', () => {
    const { container: _, ...rest } = input
    expect(parseMatcher({ container: '*' }).matches(rest)).toBe(false)
  })
})

describe('rules', () => {
  const rules = [
    parseRule({ match: { kind: 'Job' }, pin: 'never' }, 'a'),
    parseRule({ name: 'shop', match: { namespace: 'shop' }, pullPolicy: 'Never' }, 'b'),
    parseRule({ pullPolicy: 'Always', pin: 'always' }, 'c'),
  ]

  test('the first that matches and has the setting decides it', () => {
    const policy = applyRules(rules, input, 'pullPolicy', 'IfNotPresent')
    expect([policy.value, policy.rule?.label]).toEqual(['Never', 'shop'])
    const pin = applyRules(rules, input, 'pin', 'never')
    expect([pin.value, pin.rule?.label]).toEqual(['always', 'c'])
  })

  test('where none has it the profile decides', () => {
    expect(applyRules(rules, input, 'unresolved', 'deny')).toEqual({ value: 'deny' })
  })
})
