import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INDEX } from '../support/ask-registry.ts'
import type { Situation } from '../support/faults/situation.ts'
import { SITUATIONS } from '../support/faults/situations.ts'
import { RUNS_ON_NODE, runProgram } from '../support/program.ts'
import { createAuthority } from '../support/registry/certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'pinpull-faults-'))
const authority = createAuthority()
const certificate = authority.issue({ hosts: ['127.0.0.1'] })
const lookup = fileURLToPath(new URL('../support/faults/failing-lookup.cjs', import.meta.url))

/** How many run at a time: they mostly wait. */
const AT_ONCE = 6
/** What starting the program may take where the machine is slow and busy, in seconds. Without its limits the program would wait for minutes. */
const START = 60

interface Outcome {
  readonly exit: number | undefined
  readonly codes: readonly string[]
  readonly pinned: number
  readonly requests: number
  readonly connections: number
  readonly seconds: number
  readonly stderr: string
}

async function run({ serve, images = 1, host, args = [], env = {} }: Situation): Promise<Outcome> {
  const server = await serve(certificate)
  try {
    const withPort = (text: string): string => text.replace('PORT', String(server.port))
    const registry = withPort(host ?? '127.0.0.1:PORT')
    const containers = Array.from(
      { length: images },
      (_, index) => `  - {name: c${index}, image: "${registry}/app:${index}"}\n`,
    )
    const began = performance.now()
    const { code, stdout, stderr } = await runProgram(['--profile', 'prod', ...args.map(withPort)], {
      input: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${containers.join('')}`,
      env: {
        SSL_CERT_FILE: join(folder, 'ca.pem'),
        NODE_OPTIONS: `--require ${lookup}`,
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, withPort(value)])),
      },
      cwd: folder,
    })
    const pinned = stdout.toString().split(`@${INDEX.digest}`).length - 1
    const codes = [
      ...new Set(
        [...stderr.matchAll(/^(?:\S+: )?error ([A-Z_0-9]+):/gm)].map(([, found]) => found as string),
      ),
    ]
    const seconds = (performance.now() - began) / 1000
    const counts = { requests: server.requests(), connections: server.connections() }
    return { exit: code, codes, pinned, ...counts, seconds, stderr }
  } finally {
    await server.close()
  }
}

describe('what can go wrong between Pinpull and a registry', () => {
  const outcomes = new Map<Situation, Outcome>()
  const situations = SITUATIONS.filter(({ onNode }) => RUNS_ON_NODE || onNode !== true)

  beforeAll(async () => {
    writeFileSync(join(folder, 'ca.pem'), authority.ca)
    const waiting = [...situations]
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        outcomes.set(next, await run(next))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(situations.map((one) => [`${one.over}: ${one.what}`, one] as const))('%s', (_, situation) => {
    const outcome = outcomes.get(situation) as Outcome
    const { images = 1, code, exit, counted, seconds } = situation
    const wanted = code === 'pinned' ? { codes: [], pinned: images } : { codes: [code], pinned: 0 }
    expect({ ...outcome }, outcome.stderr.slice(0, 600)).toMatchObject({ ...wanted, exit, ...counted })
    expect(outcome.seconds).toBeLessThan(seconds + START)
  })
})
