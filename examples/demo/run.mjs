// npm start: the main job, on a chart's output, with a registry of its own. Nothing leaves this machine.
import { readFile } from 'node:fs/promises'
import { styleText } from 'node:util'
import { changedLines } from '../../test/support/line-diff.ts'
import { runProgram } from '../../test/support/program.ts'
import { startRegistry } from '../../test/support/registry/registry.ts'

const SHOWN = 8
const chart = await readFile(new URL('bookshop.yaml', import.meta.url), 'utf8')
const registry = await startRegistry({ anyName: true, mirror: true })
const problems = []

try {
  console.log(
    `examples/demo/bookshop.yaml: ${chart.split('\n').length - 1} lines, through Pinpull, three times.`,
  )
  console.log(
    `A registry that has every image listens on ${registry.url} until the end of this demonstration.`,
  )
  for (const profile of ['dev', 'staging', 'prod']) await show(profile)
} finally {
  await registry.close()
}
for (const problem of problems) console.error(styleText('red', `not as promised: ${problem}`))
process.exitCode = problems.length === 0 ? 0 : 1

/** Runs one profile, shows what it changed and what it said, and checks both. */
async function show(profile) {
  const args = ['--profile', profile, '--mirror', `*=${registry.url}`]
  console.log(styleText('bold', `\n$ pinpull ${args.join(' ')} < bookshop.yaml`))
  registry.clearRequests()
  const run = await runProgram(args, { input: chart })
  if (run.code !== 0) {
    problems.push(`${profile} ended with exit code ${run.code}`)
    console.log(run.stderr)
    return
  }
  const output = run.stdout.toString()
  const changes = changedLines(chart, output)
  for (const change of changes.slice(0, SHOWN)) {
    console.log(styleText('cyan', `@@ line ${change.line} @@`))
    if (change.before !== undefined) console.log(styleText('red', `-${change.before}`))
    console.log(styleText('green', `+${change.after}`))
  }
  if (changes.length > SHOWN) console.log(`… and ${changes.length - SHOWN} lines more`)
  console.log(styleText('dim', run.stderr.trimEnd()))
  await check(profile, args, output, changes)
}

async function check(profile, args, output, changes) {
  const expect = (promise, kept) => kept || problems.push(`${profile}: ${promise}`)
  const pins = changes.flatMap(({ after }) => {
    const pin = /(?<image>[\w.:/-]+)@(?<digest>sha256:[a-f0-9]{64})/.exec(after)
    return pin === null ? [] : [pin.groups]
  })
  if (profile === 'dev') {
    expect('nothing is pinned', pins.length === 0)
    expect('no registry is asked', registry.count() === 0)
  } else {
    // 20 tags on 21 lines: postgres:16.4 stands twice, one image behind an alias, and one was pinned before.
    expect('21 image lines are pinned', pins.length === 21)
    expect('each image is asked for once', registry.count() === 20)
  }
  for (const { image, digest } of pins) {
    expect(`${image} has the digest that the registry says`, digest === (await digestOf(image)))
  }
  expect('every change is written', changes.length > 0)
  const again = await runProgram(args, { input: output })
  expect('a second pass changes nothing', again.code === 0 && again.stdout.toString() === output)
}

/** Asks the registry itself, in the few words that any client needs. */
async function digestOf(image) {
  const [first = '', ...rest] = image.split('/')
  const named = /[.:]/.test(first) && rest.length > 0
  const host = named ? first : 'docker.io'
  const path = named ? rest.join('/') : rest.length > 0 ? image : `library/${image}`
  const [repository, tag = 'latest'] = path.split(':')
  const answer = await fetch(`${registry.url}/v2/${repository}/manifests/${tag}?ns=${host}`, {
    method: 'HEAD',
  })
  return answer.headers.get('docker-content-digest')
}
