// npm start: pins the output of a chart with a local registry. It makes no connection to other machines.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { changedLines } from '../../test/support/line-diff.ts'
import { runProgram } from '../../test/support/program.ts'
import { attachBundles, createKeySigner } from '../../test/support/registry/key-signer.ts'
import { startRegistry } from '../../test/support/registry/registry.ts'

const SHOWN = 8

/** What the demonstration of signatures demands. The key is in no transparency log, since this machine has none. */
const SIGNED_CONFIG = `apiVersion: pinpull.dev/v1alpha1
kind: Pinpull
spec:
  profiles:
  - name: prod
    verify:
    - {name: bookshop, images: ghcr.io/bookshop/*, keys: [cosign.pub], transparencyLog: optional}
`
const chart = await readFile(new URL('bookshop.yaml', import.meta.url), 'utf8')
const registry = await startRegistry({ anyName: true, mirror: true })
const problems = []
/** The distinct digests that prod has written, each compared with the registry. */
let checkedDigests = 0

try {
  console.log(
    `examples/demo/bookshop.yaml: ${chart.split('\n').length - 1} lines, through Pinpull, three times.`,
  )
  console.log(`A registry with all images listens on ${registry.url} until the end of this demonstration.`)
  for (const profile of ['prod', 'staging', 'dev']) await show(profile)
  await showSignature()
} finally {
  await registry.close()
}
if (problems.length === 0)
  console.log(
    styleText(
      'bold',
      `\nchecked: ${checkedDigests} digests equal the registry's, each image was requested once, a second pass changes nothing, and an image that nobody signed is refused`,
    ),
  )
for (const problem of problems) console.error(styleText('red', `not as promised: ${problem}`))
process.exitCode = problems.length === 0 ? 0 : 1

/** Runs one profile, shows its changes and messages, and checks them. */
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
    expect('no registry is contacted', registry.count() === 0)
  } else {
    // 20 tags on 21 lines: postgres:16.4 occurs twice, one image is used through an alias, and one was already pinned.
    expect('21 image lines are pinned', pins.length === 21)
    expect('each image is requested once', registry.count() === 20)
  }
  for (const { image, digest } of pins) {
    expect(`${image} has the registry's digest`, digest === (await digestOf(image)))
  }
  if (profile === 'prod') checkedDigests = new Set(pins.map(({ digest }) => digest)).size
  expect('the output has changes', changes.length > 0)
  const again = await runProgram(args, { input: output })
  expect('a second pass changes nothing', again.code === 0 && again.stdout.toString() === output)
}

/** Gets the digest of a tag from the registry, with a plain HEAD request. */
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

/** Signs one image with a key that only lives in this process, and verifies it; then somebody pushes another image under its tag. */
async function showSignature() {
  const signed = 'ghcr.io/bookshop/web:2.4.1'
  const signer = createKeySigner()
  const cwd = await mkdtemp(join(tmpdir(), 'pinpull-demo-'))
  const args = ['--config', 'pinpull.yaml', '--mirror', `*=${registry.url}`, '--cache-ttl', '0']
  const verify = async () => {
    console.log(styleText('bold', `\n$ pinpull verify --image ${signed} ${args.join(' ')}`))
    const run = await runProgram(['verify', '--image', signed, ...args], { cwd })
    console.log((run.stdout.toString() + run.stderr).trimEnd())
    return run
  }
  try {
    await writeFile(join(cwd, 'cosign.pub'), signer.publicKey)
    await writeFile(join(cwd, 'pinpull.yaml'), SIGNED_CONFIG)
    console.log(styleText('bold', '\n$ cat pinpull.yaml'))
    console.log(SIGNED_CONFIG.trimEnd())

    const { digest } = registry.push(signed)
    attachBundles(registry, 'ghcr.io/bookshop/web', digest, [signer.bundle(digest)])
    const verified = await verify()
    if (verified.code !== 0 || !verified.stdout.includes(digest.slice(0, 19)))
      problems.push('the signed image is not verified')

    registry.push(signed, { seed: 'the same tag, and another image' })
    console.log(styleText('bold', `\nSomebody pushes another image as ${signed}.`))
    const refused = await verify()
    if (refused.code !== 1 || !refused.stdout.includes('SIGNATURE_MISSING'))
      problems.push('an image that nobody has signed is not refused')
  } finally {
    await rm(cwd, { recursive: true })
  }
}
