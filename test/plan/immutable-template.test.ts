import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin-profiles.ts'
import type { Profile } from '../../src/config/profile.ts'
import type { Origin, Resolver } from '../../src/plan/resolver.ts'
import { parseDigest } from '../../src/reference/digest.ts'
import { formatDiagnostics } from '../../src/report/diagnostic-text.ts'
import { transform } from '../../src/transform.ts'

const prod = BUILTIN_PROFILES.get('prod') as Profile
const DIGEST = `sha256:${'a'.repeat(64)}`

const from = (kind: Origin['kind']): Resolver => ({
  resolve: async () => ({
    descriptor: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: parseDigest(DIGEST) },
    origin: { kind, from: 'r.io' },
  }),
})

const object = (head: string, image = 'app:1.0.0', metadata = 'name: a', spec = ''): string =>
  `${head}\nmetadata: {${metadata}}\nspec: {${spec}template: {spec: {restartPolicy: Never, containers: [{name: c, image: '${image}'}]}}}\n`
const JOB = 'apiVersion: batch/v1\nkind: Job'

async function found(text: string, origin: Origin['kind'] = 'registry', profile = prod) {
  const options = { profile, resolver: from(origin), signal: new AbortController().signal }
  const { report } = await transform(new TextEncoder().encode(text), options)
  return report.diagnostics.filter(({ code }) => code === 'IMMUTABLE_TEMPLATE')
}

describe('IMMUTABLE_TEMPLATE', () => {
  test.each([
    ['a Job', object(JOB)],
    [
      'a Job of a List',
      `apiVersion: v1\nkind: List\nitems:\n- ${object(JOB).trimEnd().replaceAll('\n', '\n  ')}\n`,
    ],
    [
      'a Job with other annotations',
      object(JOB, 'app:1.0.0', "name: a, annotations: {argocd.argoproj.io/sync-options: 'Prune=false'}"),
    ],
  ])('%s', async (_, text) => {
    expect((await found(text)).map(({ severity }) => severity)).toEqual(['info'])
  })

  test.each([
    [
      'a CronJob, whose template may change',
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: app}]}}}}}\n',
    ],
    ['a Deployment', object('apiVersion: apps/v1\nkind: Deployment')],
    ['a Job of another group', object('apiVersion: example.com/v1\nkind: Job')],
    ['a Job whose image has a digest', object(JOB, `app@${DIGEST}`)],
    ['a hook of Helm', object(JOB, 'app', 'name: a, annotations: {helm.sh/hook: pre-upgrade}')],
    ['a hook of Argo CD', object(JOB, 'app', 'name: a, annotations: {argocd.argoproj.io/hook: PreSync}')],
    [
      'a Job that Argo CD replaces',
      object(
        JOB,
        'app',
        "name: a, annotations: {argocd.argoproj.io/sync-options: 'Prune=false,Replace=true'}",
      ),
    ],
    [
      'a Job that Argo CD forces',
      object(JOB, 'app', "name: a, annotations: {argocd.argoproj.io/sync-options: 'Force=true'}"),
    ],
    [
      'a Job that Flux forces',
      object(JOB, 'app', 'name: a, annotations: {kustomize.toolkit.fluxcd.io/force: enabled}'),
    ],
    ['a Job with a generated name', object(JOB, 'app', 'generateName: a-')],
    ['a Job that goes when it is done', object(JOB, 'app', 'name: a', 'ttlSecondsAfterFinished: 60, ')],
    ['a Job of a CronJob', object(JOB, 'app', 'name: a, ownerReferences: [{kind: CronJob, name: b}]')],
  ])('not %s', async (_, text) => {
    expect(await found(text)).toEqual([])
  })

  test('not a Job that is pinned from a lock file, nor one that is left as it is', async () => {
    expect(await found(object(JOB), 'lock')).toEqual([])
    expect(await found(object(JOB), 'registry', { ...prod, output: 'as-written' })).toEqual([])
    expect(
      await found(object(JOB), 'registry', { ...prod, findings: { IMMUTABLE_TEMPLATE: 'off' } }),
    ).toEqual([])
  })

  test('several are one entry for people', async () => {
    const all = await found(
      [object(JOB), object(JOB, 'db:2.0.0', 'name: b'), object(JOB, 'x:3.0.0', 'name: c')].join('---\n'),
    )
    const texts = [...formatDiagnostics(all, false)]
    expect(texts).toHaveLength(1)
    expect(texts[0]).toContain('the pod template of a Job is immutable')
  })
})
