import { expect } from 'vitest'
import { EMPTY_KEYCHAIN } from '../../../src/credentials/keychain.ts'
import { PinpullError } from '../../../src/diagnostics/errors.ts'
import { parseReference } from '../../../src/reference/parse.ts'
import { createRegistryClient } from '../../../src/registry/composition.ts'
import { fixedFiles } from '../fixed-files.ts'
import { instantClock } from '../instant-clock.ts'
import type { Authority } from '../registry/certificate.ts'
import { type ClosingRegistry, closingRegistry } from './closing-registry.ts'

/** The number of attempts after which a request has failed. */
const TRIES = 4
const IMAGES = 12

/** The results of runs against a registry that closes connections at random. */
export interface Tally {
  pinned: number
  failed: number
}

/**
 * Resolves a dozen images at a registry that closes connections at random, and compares each result with the number of
 * times that the registry cut the image's requests. With fewer cuts than attempts the right digest is expected; otherwise either that or
 * a network error. One lost request may be invisible to the registry: on a kept connection that it
 * closed between two requests, or on an HTTP/2 connection that it closed because of another request.
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
    const client = createRegistryClient({
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
