// Reads random streams with both YAML readers until a time is over, and says where they disagree.
// npm run fuzz [-- SECONDS [SEED]]
import { fuzzReaders } from '../support/reader-fuzz.ts'

const seconds = Number(process.argv[2] ?? 60)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
const until = Date.now() + seconds * 1000
const { documents, proved, disagreements } = fuzzReaders(seed, () => Date.now() < until)
for (const one of disagreements) console.error(`${one}\n`)
console.log(`seed ${seed}: ${documents} documents, ${proved} proved, ${disagreements.length} disagreements`)
process.exitCode = disagreements.length > 0 ? 1 : 0
