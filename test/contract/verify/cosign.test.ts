import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cosign, type CosignRun, startCosign, WITHOUT_LOG } from '../support/cosign.ts'
import { type RunningRegistry, startDockerRegistry } from '../support/docker-registry.ts'
import { GO_TOOLS, goTool, referrersRegistry } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { type MemoryRegistry, startReferrersRegistry } from '../support/referrers-registry.ts'
import { pushTestImage } from './image.ts'
import { type DemandedImage, type PinpullRun, runPinpull } from './pinpull.ts'
import type { RootName, Row, Sigstores, Verdict } from './row.ts'
import { startSigstore, type TrustedRoot } from './sigstore.ts'
import { CASES, ROWS } from './table.ts'

/** How many programs of cosign run at a time. */
const WORKERS = 2

interface Prepared {
  readonly image: DemandedImage
  readonly cosign: CosignRun
}

describeWith(
  {
    cosign: await goTool(GO_TOOLS.cosign),
    distribution: await goTool(GO_TOOLS.distribution),
    referrers: await referrersRegistry(),
  },
  'cosign and Pinpull',
  (programs) => {
    const folder = mkdtempSync(join(tmpdir(), 'pinpull-cosign-'))
    let cosign: Cosign
    let distribution: RunningRegistry
    let native: MemoryRegistry
    let sigstores: Sigstores
    const prepared: Prepared[] = []
    let pinpull: PinpullRun

    beforeAll(async () => {
      cosign = await startCosign(programs.cosign, folder)
      distribution = await startDockerRegistry(programs.distribution)
      native = await startReferrersRegistry(programs.referrers)
      sigstores = await startSigstores(folder)
      const hosts = { fallback: distribution.host, native: native.host }
      const left = CASES.values()
      const work = async (): Promise<void> => {
        for (const { row, registry, index } of left) {
          const hasReferrers = registry === 'native'
          const host = hosts[registry]
          const image = await pushTestImage({ host, hasReferrers }, cosign, repositoryOf(row), folder)
          const reference = (await row.attach(image, sigstores)) ?? image.reference
          const { demand } = row
          const root = demand.root === undefined ? undefined : rootFile(folder, demand.root)
          prepared[index] = {
            image: { reference, repository: `${host}/${image.repository}`, demand, root },
            cosign: await verifyByCosign(row, host, reference),
          }
        }
      }
      await Promise.all(Array.from({ length: WORKERS }, work))
      pinpull = await runPinpull(
        prepared.map(({ image }) => image),
        cosign.keys,
        folder,
      )
    }, 600_000)
    afterAll(async () => {
      await Promise.all([distribution, native, ...Object.values(sigstores ?? {})].map((one) => one?.close()))
      rmSync(folder, { recursive: true })
    })

    test('the rows are agreements, but for those that say why not', () => {
      const agrees = ({ cosign, pinpull }: Row): boolean => (cosign === 0) === (pinpull === 'verified')
      const wrong = ROWS.filter((row) => agrees(row) !== (row.differs === undefined))
      expect(wrong.map(({ name }) => name)).toEqual([])
    })

    test.for(CASES)('$registry: $row.name', ({ row, index }) => {
      const ran = prepared[index]?.cosign
      expect(ran?.code, ran?.output).toBe(row.cosign)
      const judged = pinpull.verdicts[index]
      expect(judged?.verdict, judged?.why).toBe(row.pinpull)
    })

    test('Pinpull fails if one image does not verify, and does not if all do', async () => {
      const verified = prepared.filter((_, index) => CASES[index]?.row.pinpull === 'verified')
      const again = await runPinpull(
        verified.map(({ image }) => image),
        cosign.keys,
        folder,
      )
      expect([pinpull.code, again.code]).toEqual([1, 0])
    })

    // cosign has no tag of a platform: it is given the digest of the platform's manifest.
    test.for<{ signed: 'index' | 'manifest' | 'nothing'; cosign: number; verdict: Verdict }>([
      { signed: 'index', cosign: 10, verdict: 'verified' },
      { signed: 'manifest', cosign: 0, verdict: 'verified' },
      { signed: 'nothing', cosign: 10, verdict: 'SIGNATURE_MISSING' },
    ])("a platform's manifest is pinned, and signed is: $signed", async (row) => {
      const { host } = distribution
      const repository = `team/platform-${row.signed}`
      const image = await pushTestImage({ host, hasReferrers: false }, cosign, repository, folder)
      const digest = image.image.manifests[0]?.digest ?? ''
      if (row.signed !== 'nothing') {
        await image.sign('ours', { digest: row.signed === 'index' ? image.digest : digest })
      }
      const demand = { key: 'ours' } as const
      const name = `${host}/${repository}`
      const byCosign = await cosign.run([
        'verify',
        ...WITHOUT_LOG,
        '--key',
        cosign.keys.ours.publicFile,
        `${name}@${digest}`,
      ])
      const demanded = { reference: image.reference, repository: name, demand, root: undefined }
      const byPinpull = await runPinpull([demanded], cosign.keys, folder, ['--platform', 'linux/amd64'])
      expect([byCosign.code, byPinpull.verdicts[0]?.verdict]).toEqual([row.cosign, row.verdict])
    })

    const verifyByCosign = ({ demand, name }: Row, host: string, reference: string): Promise<CosignRun> => {
      const { key, identity, root, attestation, repository, policy } = demand
      const args = ['--allow-insecure-registry']
      if (key !== undefined) args.push('--key', cosign.keys[key].publicFile)
      if (root === undefined) args.push(...WITHOUT_LOG)
      else args.push('--trusted-root', rootFile(folder, root))
      if (identity !== undefined) {
        args.push('--certificate-identity', identity.subject, '--certificate-oidc-issuer', identity.issuer)
      }
      if (attestation !== undefined) args.push('--type', attestation.type)
      if (policy !== undefined) {
        const file = join(folder, `${name}.cue`)
        writeFileSync(file, policy)
        args.push('--policy', file)
      }
      const env = repository === undefined ? {} : { COSIGN_REPOSITORY: `${host}/${repository}` }
      return cosign.run(
        [attestation === undefined ? 'verify' : 'verify-attestation', ...args, reference],
        env,
      )
    }
  },
)

function repositoryOf({ name }: Row): string {
  return `team/${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`
}

function rootFile(folder: string, name: RootName): string {
  return join(folder, `${name.replace(' ', '-')}.json`)
}

/** Starts the deployments, and writes the roots. */
async function startSigstores(folder: string): Promise<Sigstores> {
  const inAnHour = new Date(Date.now() + 3_600_000)
  const ours = await startSigstore(rootFile(folder, 'ours'))
  const write = (name: RootName, changes: Partial<TrustedRoot>): void =>
    writeFileSync(rootFile(folder, name), JSON.stringify({ ...ours.trustedRoot, ...changes }))
  const validFor = { start: '2026-01-01T00:00:00Z', end: '2026-02-01T00:00:00Z' }
  const { tlogs, certificateAuthorities } = ours.trustedRoot
  write('no log', { tlogs: [] })
  write('no authority', { certificateAuthorities: [] })
  write('authority over', {
    certificateAuthorities: certificateAuthorities.map((one) => ({ ...one, validFor })),
  })
  write('log over', { tlogs: tlogs.map((one) => ({ ...one, publicKey: { ...one.publicKey, validFor } })) })
  return {
    ours,
    late: await startSigstore(rootFile(folder, 'late'), { loggedAt: inAnHour }),
    bare: await startSigstore(rootFile(folder, 'bare'), { hasNoCtLog: true }),
    other: await startSigstore(rootFile(folder, 'other')),
  }
}
