// Reads random streams until a time is over, and says where readers disagree:
//   readers      both of Pinpull's own, node by node; and how many real manifests the scanner reads
//   kubernetes   Pinpull and kubectl's decoder, which is built with Go: documents as JSON, and images with their policies
// npm run fuzz -- [readers | kubernetes] [--minutes N] [--seed N]; without a name, both, one after the other.
import { parseArgs } from 'node:util'
import { kubernetesReader, startKubernetesServer } from '../contract/support/kubernetes-server.ts'
import { fuzzAgainstKubernetes } from '../support/kubernetes-fuzz.ts'
import { fuzzReaders } from '../support/reader-fuzz.ts'
import { formatShare, scannerShare } from '../support/scanner-share.ts'
import { sharedPath } from '../support/shared-path.ts'

const FUZZES = { readers, kubernetes }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!(minutes > 0) || !Number.isSafeInteger(seed)) throw new Error('--minutes and --seed take numbers')
const names = positionals.length === 0 ? Object.keys(FUZZES) : positionals
for (const name of names) {
  if (!Object.hasOwn(FUZZES, name)) throw new Error(`there is no ${name}: ${Object.keys(FUZZES).join(', ')}`)
  const found = await FUZZES[name as keyof typeof FUZZES](Date.now() + minutes * 60_000)
  for (const one of found) console.error(`${one}\n`)
  if (found.length > 0) process.exitCode = 1
}

async function readers(until: number): Promise<readonly string[]> {
  const { documents, scanned, disagreements } = fuzzReaders(seed, () => Date.now() < until)
  console.log(
    `readers, seed ${seed}: ${documents} documents, ${scanned} read by the scanner, ${disagreements.length} disagreements`,
  )
  const corpus = sharedPath('corpus-wide')
  if (corpus === undefined) console.warn('skipped: real manifests (there is no ../shared/corpus-wide)')
  else console.log(`real manifests: the scanner reads ${formatShare(scannerShare(corpus))}`)
  return disagreements
}

async function kubernetes(until: number): Promise<readonly string[]> {
  const program = await kubernetesReader()
  if (program.kind === 'missing') {
    console.warn(`skipped: kubernetes (${program.reason})`)
    return process.env['CONTRACT'] === '1' ? [`kubernetes: ${program.reason}`] : []
  }
  const server = startKubernetesServer(program.path)
  const result = await fuzzAgainstKubernetes({
    seed,
    goesOn: () => Date.now() < until,
    ask: (streams) => server.read(streams),
    warn: (message) => console.warn(message),
  })
  await server.close()
  const { streams, same, refusedByKubernetes, refusedByPinpull, differences } = result
  const refusals = [...refusedByPinpull].toSorted(([, a], [, b]) => b - a)
  const refused = refusals.reduce((sum, [, count]) => sum + count, 0)
  console.log(
    `kubernetes, seed ${seed}: ${streams} streams; ${same} read by both, alike; ${refusedByKubernetes} refused by Kubernetes alone, ` +
      `${refused} by Pinpull alone; ${differences.length} differences`,
  )
  for (const [reason, count] of refusals) console.log(`  ${count} × ${reason}`)
  return differences
}
