import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROGRAM_COMMAND, RUNS_ON_NODE } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Prints the peak resident set at the end of a run. */
const PEAK = `process.on('exit', () => require('node:fs').writeSync(2, 'PEAK ' + process.resourceUsage().maxRSS + '\\n'))`

/** V8 lets garbage lie as long as there is room: with little room, the peak shows what is held. */
const LITTLE_ROOM = ['--max-semi-space-size=1', '--max-old-space-size=48']

/** A file of 330 KB with one image. */
const manifest = (file: number): string =>
  `${Array.from(
    { length: 120 },
    (_, index) =>
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: map-${file}-${index}}\ndata:\n${Array.from(
        { length: 60 },
        (_value, key) => `  key-${key}: "the value of ${key} in ${index} of ${file}"\n`,
      ).join('')}`,
  ).join('')}---
apiVersion: v1
kind: Pod
metadata: {name: pod-${file}}
spec: {containers: [{name: c, image: "registry.example/app-${file}:1"}]}
`

test.runIf(RUNS_ON_NODE)('memory does not grow with a folder', () => {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'manifests'))
  writeFileSync(join(cwd, 'peak.cjs'), PEAK)
  for (let file = 0; file < 10; file += 1) {
    writeFileSync(join(cwd, 'manifests', `${file}.yaml`), manifest(file))
  }
  const [node, ...program] = PROGRAM_COMMAND
  const peak = (times: number): number => {
    const folders = Array.from({ length: times }, () => 'manifests')
    const args = [...LITTLE_ROOM, '-r', join(cwd, 'peak.cjs'), ...program, 'check', ...folders]
    const { stderr } = spawnSync(node, args, { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'] } })
    return Number(/^PEAK (\d+)$/m.exec(stderr)?.[1])
  }
  // Six times the files. If all were held, there would not even be room for them.
  expect(peak(6) / peak(1)).toBeLessThan(1.25)
})
