import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runInProcess } from '../support/memory-io.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const init = (cwd: string) => runInProcess(['config', 'init'], { cwd })

test('writes a configuration that its own commands accept, and the schema that it names', async () => {
  const cwd = temporaryFolder()
  const { code, stdout, stderr } = await init(cwd)
  expect([code, stdout]).toEqual([0, 'pinpull.yaml\npinpull.schema.json\n'])
  expect(stderr).toContain('pinpull config view')
  const schema = /\$schema=(\S+)/.exec(readFileSync(join(cwd, 'pinpull.yaml'), 'utf8'))?.[1] ?? ''
  const printed = await runInProcess(['config', 'schema'], { cwd })
  expect(readFileSync(join(cwd, schema), 'utf8')).toBe(printed.stdout)
  const view = await runInProcess(['config', 'view'], { cwd })
  expect([view.code, view.stderr]).toEqual([0, ''])
  expect(view.stdout).toContain('defaultProfile: prod')
})

test.each<[name: string, file: string, make: (path: string) => void, reason: string]>([
  ['a configuration', 'pinpull.yaml', (path) => writeFileSync(path, 'mine'), 'it exists already'],
  ['a link to nothing', 'pinpull.yaml', (path) => symlinkSync('/nowhere/x', path), 'it exists already'],
  [
    'a file with the name of the schema',
    'pinpull.schema.json',
    (path) => writeFileSync(path, '{"$id": "urn:mine"}'),
    'it exists already, and is not a schema of Pinpull',
  ],
])('does not replace %s, and writes nothing', async (_, file, make, reason) => {
  const cwd = temporaryFolder()
  make(join(cwd, file))
  const { code, stdout, stderr } = await init(cwd)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(`error CONFIG_NOT_WRITTEN: ${file} cannot be written: ${reason}\n`)
  expect(readdirSync(cwd)).toEqual([file])
})

test('replaces the schema of another version', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'pinpull.schema.json'), '{"$id": "urn:pinpull:config:v1alpha1"}')
  expect((await init(cwd)).code).toBe(0)
  expect(readFileSync(join(cwd, 'pinpull.schema.json'), 'utf8')).toContain('"title": "Pinpull configuration"')
})

test('a folder that does not exist is an error', async () => {
  const cwd = join(temporaryFolder(), 'gone')
  const { code, stderr } = await init(cwd)
  expect(code).toBe(2)
  expect(stderr).toMatch(/error CONFIG_NOT_WRITTEN: pinpull.schema.json cannot be written: .*ENOENT/)
  expect(existsSync(cwd)).toBe(false)
})
