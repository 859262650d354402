import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Profile } from '../../src/config/profile.ts'
import { podOwners } from '../../src/kube/pod/pod-owner.ts'
import { readInput, transform } from '../../src/transform.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'
import { IMAGES } from '../support/manifest-arbitrary.ts'

/**
 * Escapes in JSON do not change what it says: PHP's encoder writes `\/` for every slash. Searches of bytes, which come before the nodes are
 * looked at, must find texts that are hidden by them.
 */

const prod = BUILTIN_PROFILES.get('prod') as Profile
const PROFILES: readonly Profile[] = [prod, { ...prod, annotations: 'ignore', fields: { copies: 'pin' } }]
const answers = Object.fromEntries(
  Object.entries(IMAGES).flatMap(([image, { answer }]) => (answer === undefined ? [] : [[image, answer]])),
)

const container = { name: 'web', image: 'nginx:1.27' }
const trigger = [{ from: { kind: 'ImageStreamTag', name: 'web:1' }, fieldPath: '[?(@.name=="web")].image' }]
const OBJECTS: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { annotations: { 'pinpull.dev/skip': 'true' } },
    spec: { containers: [container] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { annotations: { 'pinpull.dev/pull-policy': 'Always', 'pinpull.dev/typo': '1' } },
    spec: { containers: [container] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { annotations: { 'image.openshift.io/triggers': JSON.stringify(trigger) } },
    spec: { template: { spec: { containers: [container] } } },
  },
  {
    apiVersion: 'apps.openshift.io/v1',
    kind: 'DeploymentConfig',
    spec: {
      triggers: [{ imageChangeParams: { automatic: true, containerNames: ['web'] } }],
      template: { spec: { containers: [container] } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-1',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', controller: true }],
    },
    spec: { containers: [container] },
  },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: {
      image: 'nginx:1.27',
      text: `apiVersion: v1\nkind: Pod\nspec: {containers: [{image: nginx:1.27}]}\n`,
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    spec: {
      containers: [{ ...container, args: ['--image=nginx:1.27'], env: [{ name: 'I', value: 'a.io/b:1' }] }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    stringData: { a: '**SOPS**' },
  },
]

const golden = fileURLToPath(new URL('../golden', import.meta.url))
const goldenObjects = readdirSync(golden)
  .map((name) => readFileSync(join(golden, name, 'input.yaml'), 'utf8'))
  // One case has what JSON cannot say.
  .filter((text) => !text.includes('*nowhere'))
  .flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()))
  .filter((object) => typeof object === 'object' && object !== null)

/** @param spell returns the escape of a character of a string */
function escaped(json: string, spell: (character: string) => string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/g, (text) => {
    const characters = text.slice(1, -1).match(/\\.|[^\\]/gu) ?? []
    return `"${characters.map((one) => (one.length > 1 ? one : spell(one))).join('')}"`
  })
}

const ESCAPES: readonly [name: string, spell: (character: string) => string][] = [
  ['every slash', (one) => (one === '/' ? '\\/' : one)],
  ['every character', (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`],
]

/** What is made of an object: without positions in the text. */
async function answerFor(json: string, profile: Profile): Promise<unknown> {
  const input = Buffer.from(`${json}\n`)
  const resolver = fixedResolver(answers)
  const { output, report } = await transform(input, {
    profile,
    resolver,
    signal: new AbortController().signal,
  })
  const withoutPositions = JSON.stringify(report, (key, value) =>
    key === 'line' || key === 'column' ? undefined : value,
  )
  return {
    report: JSON.parse(withoutPositions),
    output: output && JSON.parse(Buffer.from(output).toString()),
    owners: [...podOwners(readInput(input))],
  }
}

describe.each(ESCAPES)('%s is escaped', (_, spell) => {
  test.each(PROFILES)('$annotations annotations', async (profile) => {
    for (const object of [...OBJECTS, ...goldenObjects]) {
      const json = JSON.stringify(object)
      expect(await answerFor(escaped(json, spell), profile), json).toEqual(await answerFor(json, profile))
    }
  })
})
