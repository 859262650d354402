import { expect } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../../src/credentials/keychain.ts'
import { PinpullError } from '../../../src/diagnostics/errors.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import { composeClient } from '../../../src/registry/composition.ts'
import { fixedFiles } from '../fixed-files.ts'
import { instantClock } from '../instant-clock.ts'
import type { Authority } from '../registry/certificate.ts'
import { type ClosingRegistry, closingRegistry } from './closing-registry.ts'

/** How often a request is made before it has failed. */
const TRIES = 4
const IMAGES = 12

/** How runs against a registry that closes connections at random have ended. */
export interface Tally {
  pinned: number
  failed: number
}

/**
 * Resolves a dozen images at a registry that closes connections at random, and holds what came of each to how often the
 * registry has cut it: less often than the limit of tries is an answer, and the right one; anything else is that or a
 * failure with a code of the network. One loss a request the registry cannot have seen: on a kept connection that it
 * closed between two requests, or on one over HTTP/2 that it closed because of another request.
 */
export async function runAgainstClosing(seed: number, authority: Authority, tally: Tally): Promise<void> {
  const between = seed % 2 === 1
  const over = seed % 4 < 2 ? 'HTTP/1.1' : 'HTTP/2'
  const unseen = between || over === 'HTTP/2' ? 1 : 0
  const registry = await closingRegistry({
    seed,
    percent: [5, 20, 45, 70][Math.floor(seed / 4) % 4] as number,
    between,
    over,
    certificate: authority.issue({ hosts: ['127.0.0.1'] }),
  })
  try {
    const client = composeClient({
      keychain: EMPTY_KEYCHAIN,
      userAgent: 'pinpull/test',
      clock: instantClock(),
      env: { SSL_CERT_FILE: '/ca.pem' },
      files: fixedFiles({ '/ca.pem': authority.ca }),
    })
    const wanted = { platforms: false, signal: new AbortController().signal }
    const tags = Array.from({ length: IMAGES }, (_, index) => `t${index}`)
    const outcomes = await Promise.all(
      tags.map((tag) =>
        client.resolve(parseReference(`127.0.0.1:${registry.port}/app:${tag}`), wanted).then(
          ({ descriptor }) => descriptor.digest as string,
          (error: unknown) => error,
        ),
      ),
    )
    for (const [index, outcome] of outcomes.entries())
      judge(seed, registry, tags[index] ?? '', outcome, unseen)
    if (outcomes.every((outcome) => typeof outcome === 'string')) tally.pinned += 1
    else tally.failed += 1
  } finally {
    await registry.close()
  }
}

function judge(seed: number, registry: ClosingRegistry, tag: string, outcome: unknown, unseen: number): void {
  const seen = registry.cuts('HEAD', tag)
  const said = `seed ${seed}, ${tag}, ${seen} cuts: ${String(outcome)}`
  if (typeof outcome === 'string') {
    expect(outcome, said).toBe(registry.digest(tag))
    return
  }
  expect(outcome, said).toBeInstanceOf(PinpullError)
  expect((outcome as PinpullError).code, said).toBe('REGISTRY_UNAVAILABLE')
  expect(seen + unseen, said).toBeGreaterThanOrEqual(TRIES)
  expect(registry.cuts('GET', tag), said).toBeGreaterThanOrEqual(1 - unseen)
}
