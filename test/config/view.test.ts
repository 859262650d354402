import { expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin.ts'
import { parseConfig } from '../../src/config/parse.ts'
import { formatConfigView } from '../../src/config/view.ts'
import { readSource } from '../../src/yaml/source.ts'

const read = (text: string) => parseConfig(readSource(new TextEncoder().encode(text)))

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
  expect(formatConfigView(config!.profiles.get('qa')!)).toBe(`apiVersion: pinpull.dev/v1alpha1
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
              - "a/b:1"
            kind:
              - Pod
          pullPolicy: Never
      rewrite: []
      findings: {}
`)
})

test.each([...BUILTIN_PROFILES.keys()])('%s, printed and read again, is the same', async (name) => {
  const profile = BUILTIN_PROFILES.get(name)!
  const { config, diagnostics } = await read(formatConfigView(profile))
  expect(diagnostics).toEqual([])
  expect(config?.defaultProfile).toBe(name)
  expect(config?.profiles.get(name)).toEqual(profile)
})
