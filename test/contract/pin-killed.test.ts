import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { runProgram, startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const FILES = 40
const KILLS = 100
const DIGEST = `sha256:${'a'.repeat(64)}`

const LOCK = `apiVersion: pinpull.dev/v1alpha1
kind: Lock
images:
  - reference: docker.io/library/nginx:1.27
    digest: ${DIGEST}
    mediaType: application/vnd.oci.image.index.v1+json
`

const pod = (number: number, image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p${number}}\nspec:\n  containers:\n  - name: c\n    image: ${image}\n    imagePullPolicy: IfNotPresent\n`
const before = (number: number): string => pod(number, 'nginx:1.27')
const after = (number: number): string => pod(number, `nginx:1.27@${DIGEST}`)

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
  writeFileSync(join(cwd, 'pinpull.lock.yaml'), LOCK)
  mkdirSync(join(cwd, 'apps'))
})

const path = (number: number): string => join(cwd, 'apps', `${number}.yaml`)
const numbers = Array.from({ length: FILES }, (_, number) => number)
const reset = (): void => {
  for (const number of numbers) writeFileSync(path(number), before(number))
}
const isDone = (number: number): boolean => readFileSync(path(number), 'utf8') === after(number)

test('a run that is killed leaves each file old or new, and the next run finishes', async () => {
  const args = ['pin', '--write', '--locked', 'apps']
  reset()
  const started = performance.now()
  expect((await runProgram(args, { cwd })).code).toBe(0)
  const duration = performance.now() - started
  reset()
  const states = { none: 0, some: 0, all: 0 }
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { child, result } = startProgram(args, { cwd })
    // Most of the time nothing is written yet: from the middle on, moments are more interesting.
    await new Promise((resolve) => setTimeout(resolve, duration * (0.4 + 0.7 * Math.random())))
    child.kill('SIGKILL')
    await result
    const done = numbers.filter((number) => {
      const text = readFileSync(path(number), 'utf8')
      expect([before(number), after(number)]).toContain(text)
      return text === after(number)
    }).length
    // What is left beside them is a manifest for nobody.
    const names = readdirSync(join(cwd, 'apps')).filter((name) => /\.(?:ya?ml|json)$/.test(name))
    expect(names).toHaveLength(FILES)
    states[done === 0 ? 'none' : done === FILES ? 'all' : 'some'] += 1
    if (done === FILES) reset()
  }
  expect((await runProgram(args, { cwd })).code).toBe(0)
  expect(numbers.every(isDone)).toBe(true)
  expect(states.none + states.some + states.all).toBe(KILLS)
  console.log(`killed before, while and after files were written: ${JSON.stringify(states)}`)
})
