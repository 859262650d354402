import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { realTextFiles } from '../../src/files/text-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'pinpull-text-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)

writeFileSync(at('file'), 'text')
writeFileSync(at('large'), '')
truncateSync(at('large'), 17 * 1024 * 1024)
mkdirSync(at('folder'))
symlinkSync('file', at('link'))
symlinkSync('nothing', at('dangling'))
symlinkSync('circle', at('circle'))
execFileSync('mkfifo', [at('pipe')])

test.each([
  ['a file', at('file'), 'text'],
  ['a link', at('link'), 'text'],
  ['nothing', at('nothing'), undefined],
  ['a link to nothing', at('dangling'), undefined],
  ['below a file', at('file/x'), undefined],
  ['the empty device', '/dev/null', ''],
  ['a pipe without a writer', at('pipe'), ''],
])('%s', async (_, path, expected) => {
  expect(await realTextFiles.readText(path)).toBe(expected)
})

test.each([
  ['a folder', at('folder'), 'EISDIR'],
  ['a circle of links', at('circle'), 'ELOOP'],
  ['a device without end', '/dev/zero', 'ENODEV'],
  ['a file that is too large', at('large'), 'EFBIG'],
])('%s cannot be read', async (_, path, code) => {
  await expect(realTextFiles.readText(path)).rejects.toMatchObject({ code })
})

test('a pipe is read until its writer is done', async () => {
  const path = at('pipe')
  const writer = spawn('/bin/sh', ['-c', `exec >'${path}'; printf a; sleep 0.3; printf b`])
  await new Promise((resolve) => setTimeout(resolve, 100))
  // Opened for reading here, the writer's own opening goes on.
  const text = await new Promise<string | undefined>((resolve, reject) => {
    const read = async (): Promise<void> => {
      const found = await realTextFiles.readText(path)
      if (found === '') setTimeout(() => read().catch(reject), 5)
      else resolve(found)
    }
    read().catch(reject)
  })
  writer.kill()
  expect(text).toBe('ab')
})
