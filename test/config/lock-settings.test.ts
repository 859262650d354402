import { describe, expect, test } from 'vitest'
import { coolDownOf, parseLockSettings } from '../../src/config/lock-settings.ts'
import { parseConfig } from '../../src/config/parse.ts'
import type { TrustTier } from '../../src/config/trust.ts'
import { parseReference } from '../../src/reference/parse.ts'
import { readSource } from '../../src/yaml/source.ts'

const parse = (spec: string, tier: TrustTier = 1) => {
  const text = `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n${spec}\n`
  return parseConfig(readSource(Buffer.from(text), 'pinpull.yaml'), {
    tier,
    staysInside: (path) => !path.startsWith('..'),
  })
}

const DAY = 24 * 60 * 60 * 1000

test.each<[string, number, string]>([
  ['nginx:1.27', 7 * DAY, 'allow'],
  ['ghcr.io/acme/app:1', 0, 'allow'],
  ['ghcr.io/acme/tools/x:1', 12 * 60 * 60 * 1000, 'deny'],
  ['ghcr.io/other/app:1', 7 * DAY, 'deny'],
])('%s waits %i ms; new: %s', (image, minAge, minAgeNew) => {
  const settings = parseLockSettings({
    minAge: '7d',
    rules: [
      { image: ['ghcr.io/acme/*'], minAge: '0', minAgeNew: 'allow' },
      { image: 'ghcr.io/acme/**', minAge: '12h' },
      { image: 'ghcr.io/**', minAge: '1w', minAgeNew: 'deny' },
    ],
  })
  expect(coolDownOf(settings, parseReference(image))).toEqual({ minAge, minAgeNew })
})

describe('spec.lock', () => {
  test.each([
    ['  lock: {minAge: 7}', 'spec.lock.minAge'],
    ['  lock: {minAge: 7days}', 'spec.lock.minAge'],
    ['  lock: {minAge: -7d}', 'spec.lock.minAge'],
    ['  lock: {minAgeNew: warn}', 'spec.lock.minAgeNew'],
    ['  lock: {rules: [{minAge: 7d}]}', 'spec.lock.rules[0]'],
    ['  lock: {rules: [{image: "nginx@x"}]}', 'spec.lock.rules[0].image'],
    ['  lock: {file: a.yaml}\n  lockFile: b.yaml', 'spec.lock.file'],
  ])('%j is wrong at %s', (spec, path) => {
    expect(parse(spec).diagnostics.map(({ args }) => args['path'])).toEqual([path])
  })

  test('names the lock file, which stays in its folder where the configuration was only found', () => {
    expect(parse('  lock: {file: locks/a.yaml, minAge: 7d}', 2).config).toMatchObject({
      lockFile: 'locks/a.yaml',
      lock: { minAge: 7 * DAY, minAgeNew: 'allow', rules: [] },
    })
    expect(parse('  lock: {file: ../a.yaml}', 2).diagnostics).toMatchObject([
      { code: 'CONFIG_UNTRUSTED', args: { path: 'spec.lock.file' } },
    ])
  })

  test('comes from no configuration that came with the manifests', () => {
    expect(parse('  lock: {minAge: 0d}', 3).diagnostics).toMatchObject([{ code: 'CONFIG_UNTRUSTED' }])
  })
})
