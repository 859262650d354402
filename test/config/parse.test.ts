import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/parse.ts'
import { readSource } from '../../src/yaml/source.ts'

const read = (text: string) =>
  parseConfig(readSource(new TextEncoder().encode(text), 'pinpull.yaml'), { tier: 1 })

/** Every problem as one line: position, code, and what is said. */
async function problemsOf(text: string): Promise<string[]> {
  const { config, diagnostics } = await read(text)
  expect(config === undefined).toBe(diagnostics.length > 0)
  return diagnostics.map(
    ({ code, at, args }) =>
      `${at?.line}:${at?.column} ${code} ${args['path']} ${args['reason']} (${args['advice']})`,
  )
}

const HEAD = 'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\n'
const SEE = '(see docs/config.md, or pinpull config schema)'

describe('a valid configuration', () => {
  test('of nothing but its kind has the built-in profiles', async () => {
    const { config } = await read(HEAD)
    expect([...(config?.profiles.keys() ?? [])]).toEqual(['dev', 'staging', 'prod', 'airgap'])
    expect(config?.file).toBe('pinpull.yaml')
    expect(config?.registries).toEqual([])
  })

  test('gives every setting', async () => {
    const { config, diagnostics } = await read(`${HEAD}metadata: {name: shop}
spec:
  defaultProfile: qa
  lockFile: locks/pinpull.lock.yaml
  profiles:
  - name: qa
    extends: staging
    output: digest
    platform: linux/arm64
    policyMode: default
    pullPolicy: {digest: Never}
    mutableTags: {floating: deny}
    allowedRegistries: [ghcr.io/acme, docker.io]
    exclude: ['registry.k8s.io/pause', {kind: Job}]
    rules:
    - name: tools
      match: {image: 'ghcr.io/acme/*', labelSelector: {matchLabels: {app: tools}}}
      pullPolicy: Always
    rewrite: [{from: docker.io, to: registry.example.com/hub}]
    findings: {IMAGE_UNTAGGED: info}
  registries:
  - host: ghcr.io
    mirrors: [{url: 'https://mirror.example.com/v2', namespaceParameter: true}]
    ca: certs/ca.pem
    credentials: {source: environment, usernameVariable: GH_USER, passwordVariable: GH_TOKEN}
    concurrency: 4
`)
    expect(diagnostics).toEqual([])
    expect(config).toMatchObject({
      name: 'shop',
      defaultProfile: 'qa',
      lockFile: 'locks/pinpull.lock.yaml',
      registries: [
        {
          host: 'ghcr.io',
          mirrors: [{ url: 'https://mirror.example.com/v2', namespaceParameter: true }],
          ca: 'certs/ca.pem',
          credentials: {
            source: 'environment',
            usernameVariable: 'GH_USER',
            passwordVariable: 'GH_TOKEN',
          },
          concurrency: 4,
        },
      ],
    })
    expect(config?.profiles.get('qa')).toMatchObject({
      name: 'qa',
      pin: 'always',
      output: 'digest',
      platform: { os: 'linux', architecture: 'arm64' },
      policyMode: 'default',
      pullPolicy: {
        digest: 'Never',
        fixed: 'IfNotPresent',
        floating: 'IfNotPresent',
        latest: 'IfNotPresent',
        untagged: 'IfNotPresent',
      },
      unresolved: 'warn',
      mutableTags: { untagged: 'warn', latest: 'warn', floating: 'deny' },
      allowedRegistries: [{ text: 'ghcr.io/acme' }, { text: 'docker.io' }],
      exclude: [{ spec: { image: 'registry.k8s.io/pause' } }, { spec: { kind: 'Job' } }],
      rules: [{ label: 'tools' }],
      rewrite: [{ from: 'docker.io', to: 'registry.example.com/hub' }],
      findings: { IMAGE_UNTAGGED: 'info' },
    })
  })

  test('may use anchors, merge keys and JSON', async () => {
    const { config } = await read(`${HEAD}spec:
  profiles:
  - &base {name: a, extends: prod, pin: never}
  - {<<: *base, name: b, output: digest}
`)
    expect(config?.profiles.get('b')).toMatchObject({ name: 'b', pin: 'never', output: 'digest' })
    const json = '{"apiVersion":"pinpull.dev/v1alpha1","kind":"Pinpull","spec":{"defaultProfile":"dev"}}'
    expect((await read(json)).config?.defaultProfile).toBe('dev')
  })
})

describe('what is wrong is named by place, path and reason', () => {
  test.each<[name: string, text: string, problems: readonly string[]]>([
    ['nothing', '', [`1:undefined CONFIG_INVALID the configuration holds no object ${SEE}`]],
    ['a comment', '# empty\n', [`1:undefined CONFIG_INVALID the configuration holds no object ${SEE}`]],
    [
      'two documents',
      `${HEAD}---\n${HEAD}`,
      [`4:1 CONFIG_INVALID the configuration holds more than one document ${SEE}`],
    ],
    ['a list', '- a\n', [`1:1 CONFIG_INVALID the configuration has to be a mapping, and is a list ${SEE}`]],
    [
      'another kind',
      'apiVersion: pinpull.dev/v1\nkind: Pinpul\n',
      [
        '1:13 CONFIG_INVALID apiVersion is "pinpull.dev/v1", and has to be one of pinpull.dev/v1alpha1 (see docs/config.md, or pinpull config schema)',
        '2:7 CONFIG_INVALID kind is "Pinpul", and has to be one of Pinpull (did you mean Pinpull?)',
      ],
    ],
    [
      'no kind',
      'spec: {}\n',
      [
        `1:1 CONFIG_INVALID the configuration lacks apiVersion ${SEE}`,
        `1:1 CONFIG_INVALID the configuration lacks kind ${SEE}`,
      ],
    ],
    [
      'unknown keys, at every depth',
      `${HEAD}specs: {}
spec:
  profile: prod
  profiles:
  - name: prod
    pullpolicy: Always
    rules:
    - match: {images: nginx}
      pin: never
`,
      [
        '3:1 CONFIG_UNKNOWN_KEY specs is not known (did you mean spec?)',
        '5:3 CONFIG_UNKNOWN_KEY spec.profile is not known (did you mean profiles?)',
        '8:5 CONFIG_UNKNOWN_KEY spec.profiles[0].pullpolicy is not known (did you mean pullPolicy?)',
        '10:15 CONFIG_UNKNOWN_KEY spec.profiles[0].rules[0].match.images is not known (did you mean image?)',
      ],
    ],
    [
      'wrong values',
      `${HEAD}spec:
  defaultProfile: true
  profiles:
  - name: Prod
    pin: sometimes
    pullPolicy: always
    mutableTags: [deny]
    rules: {}
    findings: {IMAGE_UNTAGED: error, IMAGE_UNTAGGED: fatal}
  - name:
`,
      [
        '4:19 CONFIG_INVALID spec.defaultProfile has to be a string, and is true (put it in quotes: "true")',
        `6:11 CONFIG_INVALID spec.profiles[0].name is "Prod", and has to be lower-case letters, digits and dashes ${SEE}`,
        `7:10 CONFIG_INVALID spec.profiles[0].pin is "sometimes", and has to be one of always, locked, never ${SEE}`,
        '8:17 CONFIG_INVALID spec.profiles[0].pullPolicy is "always", and has to be one of Always, IfNotPresent, Never (did you mean Always?)',
        `9:18 CONFIG_INVALID spec.profiles[0].mutableTags has to be a string or a mapping, and is a list ${SEE}`,
        `10:12 CONFIG_INVALID spec.profiles[0].rules has to be a list, and is a mapping ${SEE}`,
        '11:16 CONFIG_UNKNOWN_KEY spec.profiles[0].findings.IMAGE_UNTAGED is not known (did you mean IMAGE_UNTAGGED?)',
        `11:54 CONFIG_INVALID spec.profiles[0].findings.IMAGE_UNTAGGED is "fatal", and has to be one of error, warning, info, off ${SEE}`,
        `12:10 CONFIG_INVALID spec.profiles[1].name has to be a string, and is nothing ${SEE}`,
      ],
    ],
    ['a key that appears twice', `${HEAD}kind: Pinpull\n`, [`3:1 CONFIG_INVALID kind appears twice ${SEE}`]],
    [
      'metadata that Kubernetes would refuse',
      `${HEAD}metadata: {name: 7, lables: {a: b}, creationTimestamp: yesterday}\n`,
      [
        '3:18 CONFIG_INVALID metadata.name has to be a string, and is 7 (put it in quotes: "7")',
        '3:21 CONFIG_UNKNOWN_KEY metadata.lables is not known (did you mean labels?)',
        `3:56 CONFIG_INVALID metadata.creationTimestamp is "yesterday", and has to be a time such as 2026-11-27T09:00:00Z ${SEE}`,
      ],
    ],
    [
      'a label selector',
      `${HEAD}spec:
  profiles:
  - name: prod
    rules:
    - pin: never
      match:
        labelSelector:
          matchLabels: {app: 1, 'a/b/c': x}
          matchExpresions: []
    - pin: never
      match:
        labelSelector:
          matchLabels: {'a/b/c': -x}
          matchExpressions:
          - {key: app, operator: Is, values: [web]}
          - {key: app, operator: In}
          - {key: app, operator: Exists, values: [web]}
    - pin: never
      match:
        labelSelector:
          matchLabels: {app: web}
          matchExpressions: [{key: app, operator: NotIn, values: [web, api]}]
`,
      [
        '10:30 CONFIG_INVALID spec.profiles[0].rules[0].match.labelSelector.matchLabels.app has to be a string, and is 1 (put it in quotes: "1")',
        '11:11 CONFIG_UNKNOWN_KEY spec.profiles[0].rules[0].match.labelSelector.matchExpresions is not known (did you mean matchExpressions?)',
        `15:34 CONFIG_INVALID spec.profiles[0].rules[1].match.labelSelector.matchLabels["a/b/c"] is wrong: "a/b/c" is not a label key ${SEE}`,
        `15:34 CONFIG_INVALID spec.profiles[0].rules[1].match.labelSelector.matchLabels["a/b/c"] is wrong: "-x" is not a label value ${SEE}`,
        `17:34 CONFIG_INVALID spec.profiles[0].rules[1].match.labelSelector.matchExpressions[0].operator is wrong: "Is" is not one of In, NotIn, Exists, DoesNotExist ${SEE}`,
        `18:13 CONFIG_INVALID spec.profiles[0].rules[1].match.labelSelector.matchExpressions[1] is wrong: In needs values ${SEE}`,
        `19:50 CONFIG_INVALID spec.profiles[0].rules[1].match.labelSelector.matchExpressions[2].values is wrong: Exists takes no values ${SEE}`,
        `23:11 CONFIG_RULE_DEAD spec.profiles[0].rules[2].match.labelSelector no value of the label app satisfies every requirement ${SEE}`,
      ],
    ],
    [
      'names that refer to nothing',
      `${HEAD}spec:
  defaultProfile: pord
  profiles:
  - {name: a, extends: b}
  - {name: b, extends: a}
  - {name: c, extends: c}
  - {name: d, extends: stagin}
  - {name: d}
`,
      [
        '4:19 CONFIG_INVALID spec.defaultProfile names no profile: "pord" (did you mean prod?)',
        `6:24 CONFIG_INVALID spec.profiles[0].extends leads back to itself: a → b → a ${SEE}`,
        `7:24 CONFIG_INVALID spec.profiles[1].extends leads back to itself: b → a → b ${SEE}`,
        `8:24 CONFIG_INVALID spec.profiles[2].extends names the profile itself ${SEE}`,
        '9:24 CONFIG_INVALID spec.profiles[3].extends names no profile: "stagin" (did you mean staging?)',
        `10:12 CONFIG_INVALID spec.profiles[4].name "d" appears twice ${SEE}`,
      ],
    ],
    [
      'registries',
      `${HEAD}spec:
  registries:
  - {host: ghcr.io/acme}
  - {host: a.example, plainHttp: true, ca: ca.pem, skipTlsVerify: false}
  - {host: a.example, credentials: {source: helper}}
  - {host: b.example, credentials: {source: docker, helper: pass}, concurrency: 0}
  - {host: c.example, mirrors: [{url: 'https://user:secret@m.example'}, {url: m.example}]}
`,
      [
        `5:12 CONFIG_INVALID spec.registries[0].host is "ghcr.io/acme", and has to be a host with or without a port, or * ${SEE}`,
        `8:81 CONFIG_INVALID spec.registries[3].concurrency is 0, and has to be 1 at least ${SEE}`,
        `9:39 CONFIG_INVALID spec.registries[4].mirrors[0].url is "…@m.example", and has to be an http or https URL without credentials, query and fragment ${SEE}`,
        `9:79 CONFIG_INVALID spec.registries[4].mirrors[1].url is "m.example", and has to be an http or https URL without credentials, query and fragment ${SEE}`,
      ],
    ],
    [
      'names beside mistakes of shape, and what is sound in other profiles',
      `${HEAD}spec:
  defaultProfile: pord
  profils: []
  profiles:
  - {name: a, extends: prd, pin: sometimes, platform: nonsense}
  - {name: b, extends: a, exclude: [NGINX]}
  - name: c
    extends: b
    rules:
    - {pin: never}
    - {pin: never, pullPolcy: Always}
`,
      [
        '4:19 CONFIG_INVALID spec.defaultProfile names no profile: "pord" (did you mean prod?)',
        '5:3 CONFIG_UNKNOWN_KEY spec.profils is not known (did you mean profiles?)',
        '7:24 CONFIG_INVALID spec.profiles[0].extends names no profile: "prd" (did you mean prod?)',
        `7:34 CONFIG_INVALID spec.profiles[0].pin is "sometimes", and has to be one of always, locked, never ${SEE}`,
        `8:37 CONFIG_RULE_DEAD spec.profiles[1].exclude[0] no image can have a name like "NGINX": the name of a repository is lower case ${SEE}`,
        '13:20 CONFIG_UNKNOWN_KEY spec.profiles[2].rules[1].pullPolcy is not known (did you mean pullPolicy?)',
      ],
    ],
    [
      'names that cannot be known, which nobody is said to have got wrong',
      `${HEAD}spec:
  defaultProfile: mine
  profiles:
  - {nam: mine}
  - {name: other, extends: mine}
`,
      [
        `6:5 CONFIG_INVALID spec.profiles[0] lacks name ${SEE}`,
        '6:6 CONFIG_UNKNOWN_KEY spec.profiles[0].nam is not known (did you mean name?)',
      ],
    ],
    [
      'a default that may stand under a misspelt key',
      `${HEAD}spec: {defaultProfile: mine, profils: [{name: mine}]}\n`,
      ['3:30 CONFIG_UNKNOWN_KEY spec.profils is not known (did you mean profiles?)'],
    ],
    [
      'registries of the right shape',
      `${HEAD}spec:
  registries:
  - {host: a.example, plainHttp: true, ca: ca.pem, skipTlsVerify: false}
  - {host: a.example, credentials: {source: helper}}
  - {host: b.example, credentials: {source: docker, helper: pass}}
`,
      [
        `5:44 CONFIG_INVALID spec.registries[0].ca has no use where plainHttp is set: there is no TLS ${SEE}`,
        `6:12 CONFIG_INVALID spec.registries[1].host "a.example" appears twice ${SEE}`,
        `6:36 CONFIG_INVALID spec.registries[1].credentials lacks helper, which source helper needs ${SEE}`,
        `7:61 CONFIG_INVALID spec.registries[2].credentials.helper has no use for source docker ${SEE}`,
      ],
    ],
  ])('%s', async (_, text, problems) => {
    expect(await problemsOf(text)).toEqual(problems)
  })

  test('broken YAML is reported as such', async () => {
    const { diagnostics } = await read('kind: [Pinpull\n')
    expect(diagnostics.map(({ code, at }) => [code, at?.file])).toEqual([['YAML_INVALID', 'pinpull.yaml']])
  })
})

describe('fields', () => {
  test('are compiled for every profile, the built-in ones too', async () => {
    const { config, diagnostics } = await read(`${HEAD}spec:
  fields:
    optional: [{group: acid.zalan.do, kind: OperatorConfiguration}]
    rules:
    - {group: example.com, kind: Widget, path: 'spec.images[].name', policyPath: pullPolicy, value: '^image=(.*)$'}
    - {kind: ConfigMap, name: settings, namespace: tools, path: 'data["a.json"]', embedded: {format: json, path: image}}
    exclude: [{kind: Widget, path: spec.old}]
    copies: pin
`)
    expect(diagnostics).toEqual([])
    expect(config?.profiles.get('dev')?.fields).toEqual(config?.profiles.get('prod')?.fields)
    expect(config?.profiles.get('prod')?.fields).toMatchObject({
      optional: [{ group: 'acid.zalan.do', kind: 'OperatorConfiguration' }],
      rules: [
        {
          selector: { group: 'example.com', kind: 'Widget' },
          path: { text: 'spec.images[].name' },
          policyPath: 'pullPolicy',
          value: { text: '^image=(.*)$' },
        },
        {
          selector: { kind: 'ConfigMap' },
          object: { name: 'settings', namespace: 'tools' },
          path: { text: 'data["a.json"]' },
          embedded: { format: 'json', path: { text: 'image' } },
        },
      ],
      exclude: [{ selector: { kind: 'Widget' }, path: { text: 'spec.old' } }],
      copies: 'pin',
    })
  })

  test('are held to what they mean', async () => {
    expect(
      await problemsOf(`${HEAD}spec:
  fields:
    optional: [{}]
`),
    ).toEqual([`5:16 CONFIG_INVALID spec.fields.optional[0] is empty ${SEE}`])
    expect(
      await problemsOf(`${HEAD}spec:
  fields:
    rules:
    - {kind: Widget, path: 'spec..image'}
    - {kind: Widget, path: spec.image, value: '('}
    - {kind: Widget, path: spec.image, value: 'image=.*'}
    - {group: kyverno.io, kind: ClusterPolicy, path: spec.image}
    exclude: [{path: '[]'}, {group: kyverno.io, kind: ClusterPolicy}]
    copies: pin
`),
    ).toEqual([
      `6:28 CONFIG_INVALID spec.fields.rules[0].path is "spec..image": a key, "*", "[]", [name=value] or ["a quoted key"] is missing, at character 6 ${SEE}`,
      `7:47 CONFIG_INVALID spec.fields.rules[1].value is not a regular expression: missing closing ): \`(\` ${SEE}`,
      `8:47 CONFIG_INVALID spec.fields.rules[2].value has no group: its first one is the reference ${SEE}`,
      `10:22 CONFIG_INVALID spec.fields.exclude[0].path is "[]": it begins with no key, at character 1 ${SEE}`,
      `10:29 CONFIG_RULE_DEAD spec.fields.exclude[1] ClusterPolicy is never searched: image patterns of a policy, not images ${SEE}`,
    ])
  })
})

describe('a rule that can have no effect', () => {
  const rules = (text: string, head = 'name: prod') =>
    `${HEAD}spec:\n  profiles:\n  - ${head}\n    rules:\n${text.replace(/^/gm, '    ')}\n`

  test.each<[name: string, text: string, problems: readonly string[]]>([
    [
      'an image that no name can match',
      rules('- {match: {image: [ghcr.io/Acme/*, nginx]}, pin: never}'),
      ['7:24 spec.profiles[0].rules[0].match.image[0] no image can have a name like "ghcr.io/Acme/*": '],
    ],
    [
      'a digest in a pattern',
      rules('- {match: {image: "nginx@sha256:*"}, pin: never}'),
      [
        '7:23 spec.profiles[0].rules[0].match.image "nginx@sha256:*" holds a digest, and patterns are of names and tags',
      ],
    ],
    [
      'a kind in small letters',
      rules('- {match: {kind: deployments}, pin: never}'),
      [
        '7:22 spec.profiles[0].rules[0].match.kind no kind is called "deployments" (did you mean Deployment?)',
      ],
    ],
    [
      'a group with its version',
      rules('- {match: {group: apps/v1}, pin: never}'),
      [
        '7:23 spec.profiles[0].rules[0].match.group "apps/v1" is a group with a version (write group: apps and version: v1)',
      ],
    ],
    [
      'the core group by name',
      rules('- {match: {group: core}, pin: never}'),
      [
        '7:23 spec.profiles[0].rules[0].match.group no API group is called "core" (the core group is the empty string: group: "")',
      ],
    ],
    [
      'a version with its group',
      rules('- {match: {version: apps/v1}, pin: never}'),
      [
        '7:25 spec.profiles[0].rules[0].match.version "apps/v1" is a version with its group (write group: apps and version: v1)',
      ],
    ],
    [
      'names with capitals',
      rules('- {match: {namespace: Shop, name: "web_*"}, pin: never}'),
      [
        '7:27 spec.profiles[0].rules[0].match.namespace no name can match "Shop": names are lower-case letters, digits and dashes',
        '7:39 spec.profiles[0].rules[0].match.name no name can match "web_*": names are lower-case letters, digits and dashes',
      ],
    ],
    [
      'a rule that decides nothing',
      rules('- {match: {kind: Job}}'),
      [
        '7:7 spec.profiles[0].rules[0] it decides nothing: give it one of pin, policyMode, pullPolicy, unresolved, mutableTags',
      ],
    ],
    [
      'a rule behind one that matches all that it matches',
      rules(`- {name: jobs, match: {kind: [Job, CronJob]}, pin: never}
- {match: {kind: Job, namespace: shop}, pin: always}
- {match: {kind: Job}, pin: always, policyMode: default}
- {pin: never}
- {match: {image: 'x/*'}, pin: always}`),
      [
        '8:7 spec.profiles[0].rules[1] jobs comes before it and matches all that it matches',
        '11:7 spec.profiles[0].rules[4] rules[3] comes before it and matches all that it matches',
      ],
    ],
    [
      'behind another image pattern, or a selector of the same',
      rules(`- {match: {image: '**', kind: Pod}, pin: never}
- {match: {image: nginx, kind: Pod}, pin: always}
- {match: {labelSelector: {matchLabels: {a: b}}}, pin: never}
- {match: {labelSelector: {matchLabels: {a: b}}, kind: Job}, pin: always}
- {match: {kind: Daemon*, name: '*'}, pin: never}
- {match: {kind: DaemonSet, name: 'agent-*'}, pin: always}`),
      [
        '8:7 spec.profiles[0].rules[1] rules[0] comes before it and matches all that it matches',
        '10:7 spec.profiles[0].rules[3] rules[2] comes before it and matches all that it matches',
        '12:7 spec.profiles[0].rules[5] rules[4] comes before it and matches all that it matches',
      ],
    ],
    [
      'behind a pattern that matches the name, however it is spelled',
      rules(`- {match: {image: nginx}, pin: never}
- {match: {image: docker.io/library/nginx}, pin: always}
- {match: {image: 'nginx:1.27'}, pin: always}
- {match: {image: 'ghcr.io/acme/*:v1*'}, pin: never}
- {match: {image: 'ghcr.io/acme/app:v1.2'}, pin: always}
- {match: {image: ghcr.io/acme/app}, pin: always}
- {match: {image: 'ghcr.io/acme/app:v*'}, pin: always}
- {match: {image: 'ghcr.io/acme/a*:v1.2'}, pin: always}`),
      [
        '8:7 spec.profiles[0].rules[1] rules[0] comes before it and matches all that it matches',
        '9:7 spec.profiles[0].rules[2] rules[0] comes before it and matches all that it matches',
        '11:7 spec.profiles[0].rules[4] rules[3] comes before it and matches all that it matches',
      ],
    ],
    [
      'rules that are about different things',
      rules(`- {match: {image: nginx}, pin: never}
- {match: {image: redis}, pin: always}
- {match: {labelSelector: {matchLabels: {a: b}}}, pin: never}
- {match: {labelSelector: {matchLabels: {a: c}}}, pin: always}
- {match: {kind: Job}, pin: never}
- {match: {kind: Daemon*}, pin: never}
- {match: {kind: Stateful*}, pin: always}
- {match: {namespace: shop}, pin: always}
- {match: {reference: [fixed, latest]}, mutableTags: deny}
- {match: {reference: [digest, latest]}, pin: never, pullPolicy: Always}`),
      [],
    ],
    [
      'a policy for tags where all are pinned',
      rules('- {match: {reference: [latest, floating]}, pullPolicy: Always}'),
      [
        '7:7 spec.profiles[0].rules[0] policies are decided on the reference as it is written out, and this profile pins every reference',
      ],
    ],
    [
      'the same where some are not',
      rules(
        '- {match: {reference: [latest, floating]}, pullPolicy: Always}\n- {match: {kind: Job}, pin: never}',
      ),
      [],
    ],
    [
      'the same where unresolved ones stay',
      rules('- {match: {reference: latest}, pullPolicy: Always}', 'name: staging'),
      [],
    ],
    [
      'settings for references that they do not concern',
      rules(`- {match: {reference: digest}, pin: never}
- {match: {reference: [fixed, digest]}, mutableTags: deny}`),
      [
        '7:7 spec.profiles[0].rules[0] a reference that has a digest is not resolved',
        '8:7 spec.profiles[0].rules[1] only untagged, latest and floating references are mutable',
      ],
    ],
    [
      'an allowed registry and an exclusion',
      `${HEAD}spec:
  profiles:
  - name: prod
    allowedRegistries: [bitnami, 'ghcr.io/ACME/*']
    exclude: ['nginx:', {kind: pod}]
`,
      [
        '6:25 spec.profiles[0].allowedRegistries[0] is "bitnami", which is no registry\'s host (write docker.io/bitnami for that organisation of Docker Hub)',
        '6:34 spec.profiles[0].allowedRegistries[1] no image can have a name like "ghcr.io/ACME/*": ',
        '7:15 spec.profiles[0].exclude[0] no image can have a name like "nginx:": ',
        '7:32 spec.profiles[0].exclude[1].kind no kind is called "pod" (did you mean Pod?)',
      ],
    ],
    [
      'rewrites that could match or write nothing, or write one name for two',
      `${HEAD}spec:
  profiles:
  - name: prod
    rewrite:
    - {from: bitnami, to: r.example.com/b}
    - {from: docker.io, to: mirror}
    - {from: quay.io, to: r.example.com/q}
    - {from: quay.io, to: r.example.com/r}
    - {from: quay.io/acme, to: r.example.com/q}
    - {from: ghcr.io/acme, to: r.example.com/q}
    - {from: '*', to: r.example.com/q}
    - {from: index.docker.io, to: r.example.com:5000}
`,
      [
        '7:14 spec.profiles[0].rewrite[0].from is "bitnami", which begins with no registry\'s host (write docker.io/bitnami for that organisation of Docker Hub)',
        '8:29 spec.profiles[0].rewrite[1].to is "mirror", which begins with no registry\'s host (write the host, too)',
        '10:14 spec.profiles[0].rewrite[3].from "quay.io" appears twice',
        '12:32 spec.profiles[0].rewrite[5].to is "r.example.com/q", where the names of quay.io are already written (give each registry a path of its own)',
      ],
    ],
  ])('%s', async (_, text, problems) => {
    const { diagnostics } = await read(text)
    const found = diagnostics.map(({ at, args }) => {
      const reason = String(args['reason']).replace(/(no image can have a name like "[^"]*": ).*/, '$1')
      const advice = String(args['advice']).startsWith('see docs') ? '' : ` (${args['advice']})`
      return `${at?.line}:${at?.column} ${args['path']} ${reason}${advice}`
    })
    expect(found).toEqual(problems)
  })
})

describe('the other carriers', () => {
  test('a ConfigMap with settings', async () => {
    const { config } = await read(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: function-input}\ndata: {profile: staging, lockFile: a.yaml}\n',
    )
    expect(config).toMatchObject({ defaultProfile: 'staging', lockFile: 'a.yaml' })
  })

  test('what kpt passes on a stream: neither apiVersion nor kind', async () => {
    expect((await read('metadata: {name: function-input}\ndata: {}\n')).diagnostics).toEqual([])
  })

  test('a ConfigMap without data', async () => {
    expect((await read('apiVersion: v1\nkind: ConfigMap\n')).diagnostics).toEqual([])
  })

  test.each<[name: string, data: string, problems: readonly string[]]>([
    [
      'an unknown setting',
      '  profiel: prod\n',
      ['4:3 CONFIG_UNKNOWN_KEY data.profiel is not known (did you mean profile?)'],
    ],
    [
      'an unknown profile',
      '  profile: pord\n',
      ['4:12 CONFIG_INVALID data.profile names no profile: "pord" (did you mean prod?)'],
    ],
    [
      'settings beside a whole configuration',
      '  profile: prod\n  pinpull.yaml: "kind: Pinpull"\n',
      [`4:3 CONFIG_INVALID data holds pinpull.yaml, and so no other settings ${SEE}`],
    ],
    [
      'a mistake in a literal block, told by its own line',
      '  pinpull.yaml: |\n    apiVersion: pinpull.dev/v1alpha1\n    kind: Pinpull\n    spec:\n      lockfile: x\n',
      ['8:17 CONFIG_UNKNOWN_KEY spec.lockfile is not known (did you mean lockFile?)'],
    ],
    [
      'a mistake in a quoted string, told by the line of the string',
      '  pinpull.yaml: "kind: Pinpull"\n',
      [`4:17 CONFIG_INVALID the configuration lacks apiVersion ${SEE}`],
    ],
  ])('a ConfigMap with %s', async (_, data, problems) => {
    expect(await problemsOf(`apiVersion: v1\nkind: ConfigMap\ndata:\n${data}`)).toEqual(problems)
  })

  test('a place in a ConfigMap says through what it leads', async () => {
    const at = async (text: string) =>
      (await read(`kind: ConfigMap\napiVersion: v1\ndata:\n  pinpull.yaml: ${text}\n`)).diagnostics.map(
        (one) => one.at?.path,
      )
    expect(await at('"kind: Pinpull"')).toEqual(['data["pinpull.yaml"]'])
    expect(await at('"{apiVersion: pinpull.dev/v1alpha1, kind: Pinpull, spec: {lockFile: 1}}"')).toEqual([
      'data["pinpull.yaml"]: spec.lockFile',
    ])
  })

  test('a ConfigMap whose data is an alias', async () => {
    const { config } = await read('x: &d {profile: dev}\ndata: *d\n')
    expect(config?.defaultProfile).toBe('dev')
  })

  test('a ConfigMap with a whole configuration', async () => {
    const text = `${HEAD}spec: {defaultProfile: dev}\n`.replace(/^/gm, '    ')
    const { config } = await read(`apiVersion: v1\nkind: ConfigMap\ndata:\n  pinpull.yaml: |\n${text}`)
    expect(config?.defaultProfile).toBe('dev')
  })
})
