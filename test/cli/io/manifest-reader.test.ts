import { execFileSync, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ManifestReader, openManifests } from '../../../src/cli/io/manifest-reader.ts'
import type { ReadInput } from '../../../src/cli/io/manifests.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
})

const map = (name: string, value = 'x') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: ${value}}\n`

function open(files: readonly string[], input = ''): ManifestReader {
  const io = { cwd, readInput: () => Buffer.from(input), isInputTerminal: () => false }
  let isRead = false
  const readInput = () => {
    if (isRead) throw new Error('standard input was read twice')
    isRead = true
    return io.readInput()
  }
  return openManifests(files, { flags: {}, io: { ...io, readInput } })
}

/** What an input holds, decoded while it is visited. */
const textOf = (read: ReadInput) =>
  read.kind === 'read' ? { text: Buffer.from(read.input.source.bytes).toString() } : { text: 'unreadable' }

/** The name of its object, by way of its nodes. */
const nameOf = (read: ReadInput) => {
  const root = read.kind === 'read' ? read.input.documents[0]?.contents : undefined
  return { name: root?.kind === 'mapping' ? root.stringAt('metadata', 'name') : undefined }
}

describe('visit', () => {
  test('one file after another, by name; what was made of a file stays as it is', async () => {
    for (const name of ['b', 'a', 'c'])
      writeFileSync(join(cwd, `${name}.yaml`), map(`the-long-name-of-${name}`))
    const manifests = open(['.'])
    expect(manifests.names).toEqual(['a.yaml', 'b.yaml', 'c.yaml'])
    const names = ['a', 'b', 'c'].map((name) => ({ name: `the-long-name-of-${name}` }))
    expect(await manifests.visit(nameOf)).toEqual(names)
    expect(await manifests.visitTogether(nameOf)).toEqual(names)
  })

  test('a file that is larger or smaller than the one before', async () => {
    const texts = [map('a'), map('b', 'y'.repeat(300_000)), map('c'), '', map('d', 'z'.repeat(70_000))]
    for (const [index, text] of texts.entries()) writeFileSync(join(cwd, `${index}.yaml`), text)
    expect(await open(['.']).visit(textOf)).toEqual(texts.map((text) => ({ text })))
  })

  test('standard input, and a pipe with a name, can be visited twice', async () => {
    const pipe = join(cwd, 'pipe')
    execFileSync('mkfifo', [pipe])
    const writer = spawn('sh', ['-c', `printf '${map('piped').replaceAll('\n', '\\n')}' > ${pipe}`])
    const manifests = open(['-', 'pipe'], map('typed'))
    const first = await manifests.visit(textOf)
    expect(first).toEqual([{ text: map('typed') }, { text: map('piped') }])
    expect(await manifests.visit(textOf)).toEqual(first)
    expect(manifests.readAgain(1)?.documents).toHaveLength(1)
    writer.kill()
  })

  test('holds no file but the one that is visited, whatever was made of the others', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let index = 0; index < 30; index += 1) writeFileSync(join(cwd, `${index}.yaml`), map(`m-${index}`))
    const seen: WeakRef<object>[] = []
    await open(['.']).visit(async (read) => {
      // References that were followed in a turn of the event loop are held until its end.
      await new Promise((resolve) => setImmediate(resolve))
      collect()
      const held = seen.filter((one) => one.deref() !== undefined).length
      seen.push(new WeakRef(read))
      expect(held).toBeLessThan(3)
      return { read, ...nameOf(read) }
    })
    expect(seen).toHaveLength(30)
  })

  test('equal results of a folder are kept once', async () => {
    for (const name of ['a', 'b', 'c'])
      writeFileSync(join(cwd, `${name}.yaml`), map(name === 'b' ? 'b' : 'x'))
    const [a, b, c] = await open(['.']).visit(nameOf)
    expect([a, b, c]).toEqual([{ name: 'x' }, { name: 'b' }, { name: 'x' }])
    expect(c).toBe(a)
  })

  test('results of many megabytes', async () => {
    for (let index = 0; index < 30; index += 1)
      writeFileSync(join(cwd, `${index + 10}.yaml`), map(`m-${index}`))
    const long = (read: ReadInput) => ({ ...nameOf(read), lines: ['é\n'.repeat(40_000)], none: [] })
    const expected = Array.from({ length: 30 }, (_, index) => ({
      name: `m-${index}`,
      lines: ['é\n'.repeat(40_000)],
      none: [],
    }))
    expect(await open(['.']).visit(long)).toEqual(expected)
    expect(await open(['.']).visitTogether(long)).toEqual(expected)
  })

  test('a file that is gone is an error', async () => {
    writeFileSync(join(cwd, 'a.yaml'), map('a'))
    const manifests = open(['a.yaml'])
    rmSync(join(cwd, 'a.yaml'))
    await expect(manifests.visit(textOf)).rejects.toMatchObject({ code: 'FILE_NOT_READ' })
    await expect(manifests.visitTogether(textOf)).rejects.toMatchObject({ code: 'FILE_NOT_READ' })
  })
})

describe('visitTogether', () => {
  test('goes on while one waits, but not with more than fits into its memory', async () => {
    const large = map('large', 'x'.repeat(3 << 20))
    for (const name of ['1', '2', '3', '4', '5']) writeFileSync(join(cwd, `${name}.yaml`), large)
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const started: string[] = []
    const visited = open(['.']).visitTogether(async (read) => {
      const file = read.kind === 'read' ? (read.input.source.file ?? '') : ''
      started.push(file)
      if (file === '1.yaml') await released
      return { file }
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(started).toEqual(['1.yaml', '2.yaml', '3.yaml'])
    release()
    expect((await visited).map(({ file }) => file)).toEqual([
      '1.yaml',
      '2.yaml',
      '3.yaml',
      '4.yaml',
      '5.yaml',
    ])
  })

  test('the error of a visit ends it', async () => {
    for (const name of ['1', '2']) writeFileSync(join(cwd, `${name}.yaml`), map(name))
    const failing = open(['.']).visitTogether(async () => {
      throw new Error('no answer')
    })
    await expect(failing).rejects.toThrow('no answer')
  })
})

describe('readAgain', () => {
  test('the same text; nothing once the file has changed, or is gone', async () => {
    for (const name of ['same', 'changed', 'gone']) writeFileSync(join(cwd, `${name}.yaml`), map(name))
    const manifests = open(['same.yaml', 'changed.yaml', 'gone.yaml'])
    await manifests.visit(textOf)
    writeFileSync(join(cwd, 'changed.yaml'), map('changed', 'another value'))
    rmSync(join(cwd, 'gone.yaml'))
    // Two reports may ask.
    for (let report = 0; report < 2; report += 1) {
      const again = [0, 1, 2].map((index) => manifests.readAgain(index))
      expect(again.map((one) => one && Buffer.from(one.source.bytes).toString())).toEqual([
        map('same'),
        undefined,
        undefined,
      ])
    }
  })
})
