import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { readJson } from '../../support/json-reader.ts'
import type { KubernetesAnswer } from '../../support/kubernetes-comparison.ts'
import { goModule } from './go-tool.ts'
import type { Need } from './need.ts'

/** kubectl's decoder, built from the module beside this file. */
export function kubernetesReader(): Promise<Need> {
  const module = fileURLToPath(new URL('kubernetes-reader', import.meta.url))
  return goModule('kubernetes-reader-v0.36.2-server', 'kubernetes-reader', module)
}

/** kubectl's decoder, which answers as long as it is asked. */
export interface KubernetesServer {
  /** What it makes of each of some streams. */
  read(streams: readonly Uint8Array[]): Promise<KubernetesAnswer[]>
  /** Ends the program. */
  close(): Promise<void>
}

/** @param program the path that `kubernetesReader` gives */
export function startKubernetesServer(program: string): KubernetesServer {
  const server = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  return {
    async read(streams) {
      const input = streams.map((bytes) => `${Buffer.from(bytes).toString('base64')}\n`).join('')
      server.stdin.write(input)
      const answers: KubernetesAnswer[] = []
      for (const _ of streams) {
        const { value, done } = await lines.next()
        if (done === true) throw new Error('the reader of Kubernetes ended before it had answered')
        answers.push(readJson(value) as unknown as KubernetesAnswer)
      }
      return answers
    },
    async close() {
      const ended = once(server, 'close')
      server.stdin.end()
      await ended
    },
  }
}
