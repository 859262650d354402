import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { runInProcess } from '../../support/memory-io.ts'
import type { ApiAnswer, ClusterClient, KubernetesObject } from './cluster/cluster-client.ts'

/** A guard in a cluster. */
export interface AppliedGuard {
  /** Its objects, as `pinpull guard` prints them. */
  readonly objects: readonly KubernetesObject[]
  /** Removes them, and waits until requests pass again. */
  remove(): Promise<void>
}

/** A Pod that violates every built-in profile: with an error where it has errors, and with a warning where it has warnings. */
const PROBE = pod([
  { name: 'invalid', image: 'no image' },
  { name: 'placeholder', image: '$(IMAGE)' },
  { name: 'mutable', image: 'nginx', imagePullPolicy: 'Never' },
])

/** How long the API server may take until it applies a policy, in milliseconds. */
const LIMIT = 300_000

/**
 * Compiles a guard and applies it to a cluster.
 * @param args of `pinpull guard`, with an action that can be seen in answers
 * @param options `files`: the texts of `pinpull.yaml` and `pinpull.lock.yaml`, if there are any; `probe`: a Pod that all of its validating policies
 *   report, by which it is known when they take effect
 */
export async function applyGuard(
  client: ClusterClient,
  args: readonly string[],
  {
    files = {},
    probe = PROBE,
  }: { readonly files?: Readonly<Record<string, string>>; readonly probe?: KubernetesObject } = {},
): Promise<AppliedGuard> {
  const objects = parseAllDocuments(await compileGuard(args, files)).map(
    (document) => document.toJS() as KubernetesObject,
  )
  for (const object of objects) {
    const { status, body } = await client.create(object)
    expect(status, body.message ?? '').toBe(201)
  }
  const names = objects
    .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
    .map(({ metadata }) => `ValidatingAdmissionPolicy '${metadata.name}'`)
  await waitFor(client, probe, (text) => names.every((name) => text.includes(name)))
  return {
    objects,
    remove: async () => {
      for (const object of objects.toReversed()) await client.remove(object)
      await waitFor(client, probe, (text) => !text.includes('AdmissionPolicy'))
    },
  }
}

async function compileGuard(
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'pinpull-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  const { code, stdout, stderr } = await runInProcess(['guard', ...args], { cwd })
  rmSync(cwd, { recursive: true })
  expect(code, stderr).toBe(0)
  return stdout
}

async function waitFor(
  client: ClusterClient,
  probe: KubernetesObject,
  isReached: (text: string) => boolean,
): Promise<void> {
  const deadline = Date.now() + LIMIT
  for (;;) {
    const text = textOf(await client.create(probe, { dryRun: true }))
    if (isReached(text)) return
    if (Date.now() > deadline) throw new Error(`the policies do not take effect: ${text}`)
    await sleep(100)
  }
}

/** What a user reads: the message of a refusal, and all warnings. */
export function textOf({ status, body, warnings }: ApiAnswer): string {
  return [status < 300 ? '' : (body.message ?? ''), ...warnings].join('\n')
}

/** A container, or what of it matters here. */
export type Container = Readonly<Record<'name' | 'image', string>> & Readonly<Record<string, unknown>>

/** A Pod. */
export function pod(
  containers: readonly Container[],
  { spec = {}, ...metadata }: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', ...metadata },
    spec: { containers, ...(spec as object) },
  }
}

/** An object of the kind with a Pod template that has these containers. */
export function workload(
  kind: string,
  containers: readonly Container[],
  { spec = {}, ...metadata }: Readonly<Record<string, unknown>> = {},
): KubernetesObject {
  const template = {
    metadata: { labels: { app: 'web' }, ...metadata },
    spec: { containers, ...(spec as object) },
  }
  const job = { template: { ...template, spec: { restartPolicy: 'Never', ...template.spec } } }
  const matchLabels = { app: 'web' }
  const shapes: Readonly<Record<string, readonly [string, object]>> = {
    DaemonSet: ['apps/v1', { spec: { selector: { matchLabels }, template } }],
    Deployment: ['apps/v1', { spec: { selector: { matchLabels }, template } }],
    ReplicaSet: ['apps/v1', { spec: { selector: { matchLabels }, template } }],
    StatefulSet: ['apps/v1', { spec: { selector: { matchLabels }, serviceName: 'web', template } }],
    ReplicationController: ['v1', { spec: { selector: matchLabels, template } }],
    PodTemplate: ['v1', { template }],
    Job: ['batch/v1', { spec: job }],
    CronJob: ['batch/v1', { spec: { schedule: '@daily', jobTemplate: { spec: job } } }],
  }
  const [apiVersion, rest] = shapes[kind] as readonly [string, object]
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'default' }, ...rest }
}
