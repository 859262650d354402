import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, BudgetRow, Table } from '../bench.ts'
import { ms, times } from '../format.ts'
import { chart } from '../inputs/inputs.ts'
import { inTurn, wallRatios, wallTimes } from '../pairing.ts'
import type { Run } from '../process-run.ts'
import { startRegistries } from '../world/registries.ts'
import type { Traffic } from '../world/registry-process.ts'

const ROUND_TRIP = 50
const IMAGES = 20
/** What verifying may cost where nothing is stored, in times of the same run without it. */
const ALLOWED = 2

/** Measures verifying the signatures of images, at a registry and from what the lock file keeps. */
export async function measureVerify(bench: Bench): Promise<{ budgets: BudgetRow[]; table: Table }> {
  bench.say(`${IMAGES} signed images`)
  const registries = await startRegistries(
    { count: 1, roundTrip: ROUND_TRIP, secured: true, signedImages: IMAGES },
    bench.folder,
  )
  try {
    const [url = ''] = registries.urls
    const names = Array.from({ length: IMAGES }, (_, index) => `${new URL(url).host}/team/app-${index}:1.0.0`)
    const input = join(bench.folder, 'verify.yaml')
    writeFileSync(input, chart(names))
    const env = { NODE_EXTRA_CA_CERTS: registries.authorityFile ?? '', PINPULL_CACHE_TTL: '0s' }
    const plain: Run = { command: [...bench.pinpull], input, env, cwd: projectFolder(bench, 'plain') }
    const [key] = registries.publicKeys
    const verified: Run = { ...plain, cwd: projectFolder(bench, 'signed', key) }
    const locked: Run = { ...plain, cwd: projectFolder(bench, 'locked', key) }
    bench.runner.time({ ...locked, command: [...bench.pinpull, 'lock'] })
    const stored: Run = { ...locked, command: [...bench.pinpull, '--locked'] }
    const traffic = async (run: Run): Promise<Traffic> => {
      await registries.traffic()
      bench.runner.time(run)
      return registries.traffic()
    }
    const requests = {
      plain: await traffic(plain),
      verified: await traffic(verified),
      stored: await traffic(stored),
    }
    const timings = inTurn(bench.runner, { plain, verified, stored }, bench.quick ? 1 : 7)
    const ratio = (name: keyof typeof timings): number => wallRatios(timings[name], timings.plain).median
    const row = (work: string, name: keyof typeof timings): string[] => [
      work,
      ms(wallTimes(timings[name]).median),
      times(ratio(name)),
      String(requests[name].requests),
    ]
    return {
      budgets: [
        {
          work: `${IMAGES} images at ${ROUND_TRIP} ms, their signatures verified`,
          budget: `${ALLOWED} × the run without`,
          measured: times(ratio('verified')),
          holds: ratio('verified') <= ALLOWED,
        },
        {
          work: 'signatures kept beside the lock file, verified again',
          budget: 'no request',
          measured: `${requests.stored.requests} requests`,
          holds: requests.stored.requests === 0,
        },
      ],
      table: {
        title: `Verifying ${IMAGES} signatures, ${ROUND_TRIP} ms round trip`,
        about: `One registry, as for cold resolving; each image is signed by a key, with a bundle behind the referrers API. The lists for all kinds of signatures are asked for at the same time. Medians of whole processes, including Node's start; the ratio is to the run without verifying, pair by pair.`,
        columns: ['', 'time', 'ratio', 'requests'],
        rows: [
          row('without verifying', 'plain'),
          row('verified at the registry', 'verified'),
          row('verified from the lock file', 'stored'),
        ],
      },
    }
  } finally {
    registries.stop()
  }
}

const CONFIG = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
metadata:
  name: bench
spec:
  profiles:
  - name: prod
`

/**
 * Makes a folder with a configuration.
 * @param key that signatures are demanded of, as PEM; none are without it
 */
function projectFolder(bench: Bench, name: string, key?: string): string {
  const folder = join(bench.folder, name)
  mkdirSync(folder, { recursive: true })
  const verify = "    verify: [{images: ['**'], keys: [key.pub], transparencyLog: optional}]\n"
  writeFileSync(join(folder, 'pinpull.yaml'), key === undefined ? CONFIG : `${CONFIG}${verify}`)
  if (key !== undefined) writeFileSync(join(folder, 'key.pub'), key)
  return folder
}
