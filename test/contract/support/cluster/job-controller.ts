import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterClient, KubernetesObject } from './cluster-client.ts'

/** Stands in for the Job controller and the kubelet, for programs that wait until a Job is done. */
export interface JobController {
  stop(): Promise<void>
}

/** Says of every Job that it has succeeded, shortly after it was made. */
export function startJobController(client: ClusterClient): JobController {
  let isStopped = false
  const run = async (): Promise<void> => {
    while (!isStopped) {
      const { body } = await client.request('GET', '/apis/batch/v1/jobs')
      for (const job of body['items'] as readonly KubernetesObject[]) {
        if ((job['status'] as { succeeded?: number }).succeeded === undefined) await complete(client, job)
      }
      await sleep(50)
    }
  }
  const running = run()
  return {
    stop: async () => {
      isStopped = true
      await running
    },
  }
}

async function complete(client: ClusterClient, { metadata }: KubernetesObject): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+/, '')
  const condition = (type: string): unknown => ({
    type,
    status: 'True',
    reason: 'CompletionsReached',
    lastProbeTime: now,
    lastTransitionTime: now,
  })
  const status = {
    startTime: now,
    completionTime: now,
    succeeded: 1,
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
    // Both, in this order, are what the controller of 1.31 and later writes.
    conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
  }
  const path = `/apis/batch/v1/namespaces/${metadata.namespace}/jobs/${metadata.name}/status`
  const answer = await client.request('PATCH', path, { status }, 'application/merge-patch+json')
  // Helm may have deleted it by now.
  if (answer.status !== 200 && answer.status !== 404) throw new Error(`${path}: ${answer.body.message}`)
}
