import { expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { formatConfigView } from '../../src/config/view.ts'
import { readSource } from '../../src/yaml/source.ts'

const read = (text: string) => parseConfig(readSource(new TextEncoder().encode(text)), { tier: 1 })

test('a merged profile is printed whole', async () => {
  const { config } = await read(`apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: qa
    extends: dev
    platform: linux/arm/v7
    exclude: [nginx]
    rules:
    - name: "yes"
      match: {group: '', image: ['ghcr.io/**', 'a/b:1'], kind: [Pod]}
      pullPolicy: Never
`)
  expect(formatConfigView(config!.profiles.get('qa')!, config!)).toBe(`apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  defaultProfile: qa
  profiles:
  - name: qa
    pin: never
    output: tag-digest
    platform: linux/arm/v7
    policyMode: override
    pullPolicy:
      digest: IfNotPresent
      fixed: IfNotPresent
      floating: Always
      latest: Always
      untagged: Always
    unresolved: warn
    mutableTags:
      untagged: allow
      latest: allow
      floating: allow
    invalid: warn
    placeholders: warn
    annotations: obey
    allowedRegistries: []
    include: []
    exclude:
    - image: nginx
    rules:
    - name: "yes"
      match:
        group: ""
        image:
        - "ghcr.io/**"
        - a/b:1
        kind:
        - Pod
      pullPolicy: Never
    rewrite: []
    verify: []
    findings: {}
`)
})

test.each([...BUILTIN_PROFILES.keys()])('%s, printed and read again, is the same', async (name) => {
  const profile = BUILTIN_PROFILES.get(name)!
  const { config, diagnostics } = await read(formatConfigView(profile, {}))
  expect(diagnostics).toEqual([])
  expect(config?.defaultProfile).toBe(name)
  expect(config?.profiles.get(name)).toEqual(profile)
})

test('what the configuration says of all profiles is printed with it', async () => {
  const text = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  lockFile: locks/pinpull.lock.yaml
  registries:
  - {host: ghcr.io, mirrors: [{url: "https://mirror.example.com"}]}
  fields:
    rules:
    - {kind: Widget, path: 'spec.images[].name'}
`
  const { config } = await read(text)
  const view = formatConfigView(config!.profiles.get('prod')!, config!)
  expect(view).toContain(`  lockFile: locks/pinpull.lock.yaml
  profiles:
`)
  expect(view.slice(view.indexOf('  registries:'))).toBe(`  registries:
  - host: ghcr.io
    mirrors:
    - url: https://mirror.example.com
  fields:
    rules:
    - kind: Widget
      path: "spec.images[].name"
`)
  expect((await read(view)).config?.profiles.get('prod')).toEqual(config!.profiles.get('prod'))
})

test('a name that a terminal or a CI system would obey is escaped, and read as it was', async () => {
  const name = 'a\u001b[2J\u202e ##[error]\n::error::x'
  const spec = { profiles: [{ name: 'qa', rules: [{ name, match: { kind: 'Pod' }, pullPolicy: 'Never' }] }] }
  const { config } = await read(JSON.stringify({ apiVersion: 'pinpull.dev/v1alpha1', kind: 'Pinpull', spec }))
  const view = formatConfigView(config!.profiles.get('qa')!, config!)
  expect(view).toContain('name: "a\\u001b[2J\\u202e #\\u0023[error]\\n::error::x"\n')
  expect((await read(view)).config!.profiles.get('qa')!.rules[0]?.spec.name).toBe(name)
})
