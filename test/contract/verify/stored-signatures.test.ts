import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../../support/program.ts'
import { type Cosign, SIGN_OFFLINE, startCosign } from '../support/cosign.ts'
import { type RunningRegistry, startDockerRegistry } from '../support/docker-registry.ts'
import { GO_TOOLS, goTool } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { pushTestImage } from './image.ts'

describeWith(
  { cosign: await goTool(GO_TOOLS.cosign), distribution: await goTool(GO_TOOLS.distribution) },
  'the signatures beside a lock file',
  (programs) => {
    const folder = mkdtempSync(join(tmpdir(), 'pinpull-stored-'))
    let cosign: Cosign
    let registry: RunningRegistry
    beforeAll(async () => {
      cosign = await startCosign(programs.cosign, folder)
      registry = await startDockerRegistry(programs.distribution)
    }, 600_000)
    afterAll(async () => {
      await registry?.close()
      rmSync(folder, { recursive: true })
    })

    test('cosign verifies a stored bundle, for the locked digest and no other', async () => {
      const image = await pushTestImage(
        { host: registry.host, hasReferrers: false },
        cosign,
        'team/stored',
        folder,
      )
      await cosign.must(['sign', '--key', cosign.keys.ours.privateFile, ...SIGN_OFFLINE, image.reference])
      const verify = [{ images: ['**'], keys: [cosign.keys.ours.publicFile], transparencyLog: 'optional' }]
      const config = {
        apiVersion: 'pinpull.dev/v1alpha1',
        kind: 'Pinpull',
        metadata: { name: 'stored' },
        spec: { defaultProfile: 'ours', profiles: [{ name: 'ours', verify }] },
      }
      writeFileSync(join(folder, 'pinpull.yaml'), JSON.stringify(config))
      const lock = ['lock', '--config', 'pinpull.yaml', '--image', image.reference]
      const run = await runProgram(lock, { cwd: folder })
      expect(run.code, run.stderr).toBe(0)
      const [file = ''] = readdirSync(join(folder, 'pinpull.lock.d'))
      const locked = /^ {4}digest: sha256:(.*)$/m.exec(
        readFileSync(join(folder, 'pinpull.lock.yaml'), 'utf8'),
      )
      const verifyBlob = (digest: string) =>
        cosign.run([
          'verify-blob-attestation',
          ...['--bundle', join(folder, 'pinpull.lock.d', file), '--key', cosign.keys.ours.publicFile],
          ...['--insecure-ignore-tlog=true', '--type', 'https://sigstore.dev/cosign/sign/v1'],
          ...['--digest', digest, '--digestAlg', 'sha256'],
        ])
      const good = await verifyBlob(locked?.[1] ?? '')
      expect(good.code, good.output).toBe(0)
      expect((await verifyBlob('0'.repeat(64))).code).not.toBe(0)
    }, 120_000)
  },
)
