import { describe, expect, test } from 'vitest'
import { placeholderOf } from '../../src/kube/placeholder.ts'
import { isReference } from '../../src/reference/parse.ts'

const digest = 'sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4'

describe('placeholders', () => {
  test.each<[value: string, name: string]>([
    ['', 'blank'],
    [' ', 'blank'],
    ['\n', 'blank'],
    ['auto', "Istio's auto"],
    ['ko://github.com/acme/app/cmd/server', 'ko'],
    ['ENC[AES256_GCM,data:abc=,iv:def=,tag:ghi=,type:str]', 'SOPS'],
    ['###ZARF_REGISTRY###/app:1', 'Zarf'],
    ['ghcr.io/acme/app:###ZARF_VAR_TAG###', 'Zarf'],
    ['{{ .Values.image }}', 'template'],
    ['{{inputs.parameters.image}}', 'template'],
    ['ghcr.io/acme/app:{{ tag }}', 'template'],
    ['<%= image %>', 'template'],
    ['$(params.image)', '$(…)'],
    ['ghcr.io/acme/app:$(params.tag)', '$(…)'],
    ['${IMAGE}', 'variable'],
    ['ghcr.io/acme/app:${TAG}', 'variable'],
    ['$IMAGE', 'variable'],
    ['ghcr.io/acme/$APP', 'variable'],
    ['*:*', 'pattern'],
    ['!*:latest', 'pattern'],
    ['registry.example.com/*', 'pattern'],
    ['a:1 | b:1', 'pattern'],
    ['<your-image>', 'to be filled in'],
    ['FILLED BY THE OPERATOR', 'to be filled in'],
    ['YOUR_REGISTRY/app:1', 'to be filled in'],
    ['ghcr.io/YOUR_ORG/app', 'to be filled in'],
    ['REPLACE_ME', 'to be filled in'],
    ['REPLACE_ME:latest', 'to be filled in'],
    ['[IMAGE]', 'to be filled in'],
    ['us-docker.pkg.dev/[PROJECT_ID]/main/app:1', 'to be filled in'],
    ['[registry]/app:1', 'to be filled in'],
    ['{image}', 'to be filled in'],
    ['reg.example.com/{org}/app:1', 'to be filled in'],
    ['#{REGISTRY}#/app:1', 'to be filled in'],
    ['((registry))/app:1', 'to be filled in'],
    ['@IMAGE@', 'to be filled in'],
    ['reg.example.com/@ORG@/app:1', 'to be filled in'],
    ['reg.example.com/app:@version@', 'to be filled in'],
    ['reg.example.com/@org@/app:1', 'to be filled in'],
    ['__IMAGE__', 'to be filled in'],
    ['reg.example.com/__org__/app:1', 'to be filled in'],
    ['%IMAGE%', 'to be filled in'],
    ['reg.example.com/app:%TAG%', 'to be filled in'],
    ['...', 'to be filled in'],
    ['reg.example.com/…/app', 'to be filled in'],
    ['???', 'to be filled in'],
    ['CHANGEME', 'to be filled in'],
  ])('%j is one: %s', (value, name) => {
    expect(placeholderOf(value)).toBe(name)
    expect(isReference(value)).toBe(value === 'auto')
  })

  test.each(['app:__TAG__', 'app:REPLACE_ME', 'app:CHANGEME', 'YOURREGISTRY/app:1', 'YOUR-ORG/app:1'])(
    '%j is one, though it could be a reference',
    (value) => {
      expect(placeholderOf(value)).toBe('to be filled in')
      expect(isReference(value)).toBe(true)
    },
  )

  test.each([
    'nginx',
    'auto:1',
    'acme/auto',
    'automatic',
    'nginx:1.27',
    `nginx:1.27@${digest}`,
    'registry.example.com:5000/a/b:MY_TAG',
    'app:A_B',
    'Uppercase/app',
    '[::1]:5000/app:1',
    '[fe80::1]/app',
    'app__x/b:1',
    'app:__',
    'app:__1__',
    'app:__a__b',
    'app:CHANGE',
    'app:CHANGE__ME',
    'app:CHANGEME.1',
    'app:1__x',
    `nginx@${digest}`,
    'a..b/c',
    'DOCKER/docker',
    // Wrong, but nobody meant to fill it in: an error helps more.
    'nginx:',
    'Nginx:1',
    ' nginx',
    'https://example.com/x',
  ])('%j is none', (value) => {
    expect(placeholderOf(value)).toBeUndefined()
  })
})
