import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../support/sandbox.ts'
import { type Cosign, startCosign, WITHOUT_LOG } from '../support/cosign.ts'
import { type RunningRegistry, startDockerRegistry } from '../support/docker-registry.ts'
import { GO_TOOLS, goTool, referrersRegistry } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { type MemoryRegistry, startReferrersRegistry } from '../support/referrers-registry.ts'
import { pushTestImage } from './image.ts'
import { runPinpull } from './pinpull.ts'
import type { Row, Verdict } from './row.ts'

/** A signed image that a program copies. In a script, `$from` and `$to` are repositories, and `$tag` is the tag of the digest. */
interface Copy {
  readonly what: string
  readonly format: 'bundle' | 'sig tag'
  readonly to: 'fallback' | 'native'
  readonly script: string
  /** The exit code of the script. */
  readonly code: number
  readonly cosign: Row['cosign']
  readonly pinpull: Verdict
}

const CRANE = 'crane copy $from:1.0.0 $to:1.0.0'
const SAVE_AND_LOAD =
  'cosign save --allow-insecure-registry --dir saved-$tag $from:1.0.0 && cosign load --allow-insecure-registry --dir saved-$tag $to:1.0.0'
const VERIFIED = { code: 0, cosign: 0, pinpull: 'verified' } as const
const LOST = { cosign: 10, pinpull: 'SIGNATURE_MISSING' } as const

/** What docs/verify.md says of copies, under "Mirrors and copies". */
const COPIES: readonly Copy[] = [
  { what: 'crane copy of the image', format: 'bundle', to: 'fallback', script: CRANE, code: 0, ...LOST },
  { what: 'crane copy of the image', format: 'sig tag', to: 'fallback', script: CRANE, code: 0, ...LOST },
  ...(['fallback', 'native'] as const).flatMap((to): Copy[] => [
    {
      what: 'crane copy, also of the list of bundles',
      format: 'bundle',
      to,
      script: `${CRANE} && crane copy $from:$tag $to:$tag`,
      ...VERIFIED,
    },
    {
      what: 'crane copy, also of the tag',
      format: 'sig tag',
      to,
      script: `${CRANE} && crane copy $from:$tag.sig $to:$tag.sig`,
      ...VERIFIED,
    },
  ]),
  { what: 'cosign save and load', format: 'sig tag', to: 'fallback', script: SAVE_AND_LOAD, ...VERIFIED },
  { what: 'cosign save and load', format: 'bundle', to: 'native', script: SAVE_AND_LOAD, ...VERIFIED },
  { what: 'cosign save and load', format: 'bundle', to: 'fallback', script: SAVE_AND_LOAD, code: 1, ...LOST },
  {
    what: 'cosign copy',
    format: 'bundle',
    to: 'fallback',
    script: 'cosign copy --allow-insecure-registry $from:1.0.0 $to:1.0.0',
    code: 0,
    ...LOST,
  },
]

describeWith(
  {
    cosign: await goTool(GO_TOOLS.cosign),
    crane: await goTool(GO_TOOLS.crane),
    distribution: await goTool(GO_TOOLS.distribution),
    referrers: await referrersRegistry(),
  },
  'copies of signed images',
  (programs) => {
    const folder = mkdtempSync(join(tmpdir(), 'pinpull-copies-'))
    let cosign: Cosign
    let distribution: RunningRegistry
    let native: MemoryRegistry
    let sandbox: Sandbox
    beforeAll(async () => {
      cosign = await startCosign(programs.cosign, folder)
      distribution = await startDockerRegistry(programs.distribution)
      native = await startReferrersRegistry(programs.referrers)
      sandbox = createSandbox()
      sandbox.addCommand('cosign', programs.cosign)
      sandbox.addCommand('crane', programs.crane)
    })
    afterAll(async () => {
      sandbox?.remove()
      await Promise.all([distribution?.close(), native?.close()])
      rmSync(folder, { recursive: true })
    })

    test.for(COPIES.map((copy, index) => ({ ...copy, index })))(
      '$what, $format, into the $to registry',
      async ({ format, to, script, index, ...expected }) => {
        const registry = { host: distribution.host, hasReferrers: false }
        const image = await pushTestImage(registry, cosign, `copies/source-${index}`, folder)
        await image.sign('ours', { legacy: format === 'sig tag' })
        const repository = `${to === 'native' ? native.host : distribution.host}/copies/target-${index}`
        const env = {
          from: `${image.host}/${image.repository}`,
          to: repository,
          tag: image.digest.replace(':', '-'),
        }
        const copied = await sandbox.bash(script, { env })
        const reference = `${repository}:1.0.0`
        const key = cosign.keys.ours.publicFile
        const byCosign = await cosign.run(['verify', ...WITHOUT_LOG, '--key', key, reference])
        const demanded = { reference, repository, demand: { key: 'ours' }, root: undefined } as const
        const byPinpull = await runPinpull([demanded], cosign.keys, folder)
        expect({
          code: copied.code,
          cosign: byCosign.code,
          pinpull: byPinpull.verdicts[0]?.verdict,
        }).toEqual({ code: expected.code, cosign: expected.cosign, pinpull: expected.pinpull })
      },
    )
  },
)
