import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closingRegistry } from '../support/faults/closing-registry.ts'
import { runAgainstClosing } from '../support/faults/closing-run.ts'
import { runProgram } from '../support/program.ts'
import { createAuthority } from '../support/registry/certificate.ts'

/** `CLOSING_RUNS` makes it fewer or more. */
const RUNS = Number(process.env['CLOSING_RUNS'] ?? 1000)
/** How many are one test. */
const AT_ONCE = 50
/** How many of the built program's own, which really wait between tries. */
const PROGRAM_RUNS = 24
const authority = createAuthority()

describe(`${RUNS} runs against a registry that closes connections at random`, () => {
  const tally = { pinned: 0, failed: 0 }
  const firsts = Array.from({ length: Math.ceil(RUNS / AT_ONCE) }, (_, index) => 1 + index * AT_ONCE)

  test.each(firsts)('from %i on', async (first) => {
    for (let seed = first; seed < first + AT_ONCE && seed <= RUNS; seed += 1)
      await runAgainstClosing(seed, authority, tally)
  })

  test('each pinned all, or failed as it had to', () => {
    process.stderr.write(
      `closing connections: ${tally.pinned} runs pinned all, ${tally.failed} failed as they had to\n`,
    )
    expect(tally.pinned + tally.failed).toBe(RUNS)
  })
})

test(`${PROGRAM_RUNS} runs of the built program`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-closing-'))
  writeFileSync(join(folder, 'ca.pem'), authority.ca)
  const run = async (seed: number): Promise<void> => {
    const registry = await closingRegistry({
      seed,
      percent: seed % 3 === 0 ? 60 : 15,
      between: seed % 2 === 0,
      over: seed % 4 < 2 ? 'HTTP/1.1' : 'HTTP/2',
      certificate: authority.issue({ hosts: ['127.0.0.1'] }),
    })
    try {
      const tags = Array.from({ length: 30 }, (_, index) => `t${index}`)
      const images = tags.map((tag) => `127.0.0.1:${registry.port}/app:${tag}`)
      const containers = images.map((image, index) => `  - {name: c${index}, image: "${image}"}\n`).join('')
      const { code, stdout, stderr } = await runProgram([], {
        input: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n${containers}`,
        env: { SSL_CERT_FILE: join(folder, 'ca.pem') },
        cwd: folder,
      })
      const said = `seed ${seed}: ${stderr.slice(0, 400)}`
      if (code !== 0) {
        expect([code, stdout.length], said).toEqual([3, 0])
        expect(Math.max(...tags.map((tag) => registry.cuts('HEAD', tag))), said).toBeGreaterThanOrEqual(3)
        return
      }
      for (const [index, image] of images.entries()) {
        expect(stdout.toString(), said).toContain(`${image}@${registry.digest(tags[index] ?? '')}`)
      }
    } finally {
      await registry.close()
    }
  }
  const seeds = Array.from({ length: PROGRAM_RUNS }, (_, index) => index + 1)
  const work = async (): Promise<void> => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) await run(seed)
  }
  try {
    await Promise.all([work(), work(), work(), work()])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
