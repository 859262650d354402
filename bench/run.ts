import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem, type } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { formatSvg } from './chart/svg.ts'
import { bytes } from './format.ts'
import { Runner } from './process-run.ts'
import { formatResults, type Results, resultTables } from './results.ts'
import { measureCold } from './sections/cold.ts'
import { measureCommands } from './sections/commands.ts'
import { measureGuard } from './sections/guard.ts'
import { measurePeers } from './sections/peers.ts'
import { measureRepository } from './sections/repository.ts'
import { measureSizes } from './sections/sizes.ts'
import { measureStart } from './sections/start.ts'
import { measureVerify } from './sections/verify.ts'

const USAGE = `npm run bench -- [--quick] [--peers] [--guard] [--program FILE] [--only SECTION]

  --quick           few rounds and no large inputs: shows that it works; nothing is written
  --peers           also build kbld and k8s-digester with Go, and run them in turn with Pinpull
  --guard           also build kube-apiserver with Go, and create Pods under the policies of pinpull guard
  --binary          also build the standalone binary, and measure small streams and peers with it, too
  --program FILE    a script or a binary instead of bin/pinpull.js; nothing is written
  --only SECTION    start, sizes, repository, commands, cold, verify, peers or guard; nothing is written
`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    guard: { type: 'boolean', default: false },
    binary: { type: 'boolean', default: false },
    program: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) process.stdout.write(USAGE)
else await main()

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-bench-'))
  const begun = performance.now()
  try {
    const results = await measure({
      runner: new Runner(folder),
      folder,
      pinpull: programWords(resolve(values.program ?? here('../bin/pinpull.js'))),
      ...(values.binary ? { binary: buildBinary() } : {}),
      quick: values.quick,
      say: (line) =>
        process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}\n`),
    })
    const [budgets, ...tables] = resultTables(results)
    // Results that are written to a file are not printed.
    const shown = [...(results.budgets.length > 0 ? [budgets] : []), ...(isWhole() ? [] : tables)]
    process.stdout.write(shown.map((table) => `${table}\n`).join('\n'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(bench: Bench): Promise<Results> {
  const wants = (section: string): boolean => values.only === undefined || values.only === section
  const start = wants('start') ? await measureStart(bench) : undefined
  const sizes = wants('sizes') ? await measureSizes(bench) : undefined
  const repository = wants('repository') ? await measureRepository(bench) : undefined
  const cold = wants('cold') ? await measureCold(bench) : undefined
  const commands = wants('commands') ? await measureCommands(bench) : undefined
  const verify = wants('verify') ? await measureVerify(bench) : undefined
  const peers =
    wants('peers') && (values.peers || values.only === 'peers') ? await measurePeers(bench) : undefined
  const guard =
    wants('guard') && (values.guard || values.only === 'guard') ? await measureGuard(bench) : undefined
  const sections = [start, sizes, repository, cold, verify, peers].filter((section) => section !== undefined)
  const tables = [...sections, commands, guard].flatMap((section) => section?.table ?? [])
  const results = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}`,
    versions: [`Node ${process.version}`, ...(peers?.versions ?? [])],
    budgets: sections.flatMap(({ budgets }) => budgets),
    tables,
  }
  if (isWhole() && sizes !== undefined && cold !== undefined) {
    writeFileSync(here('RESULTS.md'), formatResults(results, readFileSync(here('NOTES.md'), 'utf8')))
    writeFileSync(
      here('curves.svg'),
      formatSvg([
        {
          title: 'Time by size, everything locked',
          xLabel: 'size of the stream',
          yLabel: 'whole process, ms',
          xTick: bytes,
          yTick: String,
          curves: sizes.curves,
        },
        {
          title: 'Time by images, cold, 50 ms round trip',
          xLabel: 'distinct images',
          yLabel: 'whole process, ms',
          xTick: String,
          yTick: String,
          curves: cold.curves,
        },
      ]),
    )
  }
  return results
}

/** Whether the run is complete, so that its results may replace RESULTS.md. */
function isWhole(): boolean {
  return !values.quick && values.program === undefined && values.only === undefined
}

function buildBinary(): string {
  execFileSync(process.execPath, [here('../scripts/build-binary.mjs')], { stdio: ['ignore', 2, 2] })
  return here('../build/pinpull')
}

function programWords(program: string): readonly [string, ...string[]] {
  return /\.[cm]?[jt]s$/.test(program) ? [process.execPath, program] : [program]
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
