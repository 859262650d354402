import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Cache, type CacheOptions, openCache } from '../../src/cache/cache.ts'
import type { CachedAnswer } from '../../src/cache/cache-file.ts'
import { type FileSystem, realFiles } from '../../src/files/file-system.ts'
import type { Digest } from '../../src/reference/reference.ts'

let folder: string
let path: string
let now: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-cache-'))
  path = join(folder, 'pinpull', 'answers-1.json')
  now = 1_000_000
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function open(options: Partial<CacheOptions> = {}): Cache {
  return openCache({ path, lifetime: 1000, now: () => now, ...options })
}
const answer = (digit = 'a'): Omit<CachedAnswer, 'at'> => ({
  digest: `sha256:${digit.repeat(64)}` as Digest,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  from: 'registry-1.docker.io',
})
function fill(key = 'nginx', digit = 'a'): void {
  const cache = open()
  cache.put(key, answer(digit))
  expect(cache.save()).toBeUndefined()
}
const failing = (code: string) => (): never => {
  throw Object.assign(new Error(code), { code })
}

describe('the cache', () => {
  test('keeps an answer with all that was said', () => {
    const whole = {
      ...answer(),
      size: 7,
      platforms: [{ os: 'linux', architecture: 'arm64', variant: 'v8' }],
      credential: '~/.docker/config.json',
    }
    const cache = open()
    cache.put('nginx', whole)
    expect(cache.get('nginx')).toEqual({ ...whole, at: now })
    cache.save()
    expect(open().get('nginx')).toEqual({ ...whole, at: now })
    expect(open().get('redis')).toBeUndefined()
  })

  test("is the user's alone", () => {
    fill()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'pinpull')).mode & 0o777).toBe(0o700)
  })

  test.each([
    [0, true],
    [999, true],
    [1000, false],
    [-1, false],
  ])('after %i ms of 1000 an answer holds: %s', (later, isThere) => {
    fill()
    now += later
    expect(open().get('nginx') !== undefined).toBe(isThere)
  })

  test('touches nothing where nothing was learned', () => {
    open().get('nginx')
    expect(open().save()).toBeUndefined()
    expect(readdirSync(folder)).toEqual([])
  })

  test('takes in what others have written meanwhile, and drops what is too old', () => {
    fill('old')
    now += 600
    const cache = open()
    expect(cache.get('old')).toBeDefined()
    cache.put('mine', answer('b'))
    fill('theirs', 'c')
    now += 600
    cache.save()
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')).answers)).toEqual(['theirs', 'mine'])
    expect(cache.get('theirs')?.digest).toBe(answer('c').digest)
  })

  test('keeps the newest ten thousand', () => {
    const cache = open()
    for (let i = 0; i < 10_005; i++) {
      now = 1_000_000 + (i % 900)
      cache.put(`image${i}`, answer())
    }
    cache.save()
    const kept = Object.keys(JSON.parse(readFileSync(path, 'utf8')).answers)
    expect(kept).toHaveLength(10_000)
    expect(['image0', 'image899', 'image9900'].map((name) => kept.includes(name))).toEqual([
      true,
      true,
      false,
    ])
  })

  test('remembers realms for a day, without tokens', () => {
    const cache = open()
    cache.setChallenge('registry-1.docker.io', {
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
    })
    cache.save()
    expect(JSON.parse(readFileSync(path, 'utf8')).realms).toEqual({
      'registry-1.docker.io': {
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        at: now,
      },
    })
    now += 24 * 60 * 60 * 1000 - 1
    expect(open().getChallenge('registry-1.docker.io')).toMatchObject({
      realm: 'https://auth.docker.io/token',
    })
    now += 1
    expect(open().getChallenge('registry-1.docker.io')).toBeUndefined()
  })

  test('does not write again for a realm that it knows', () => {
    const realm = { realm: 'https://auth.docker.io/token' }
    const cache = open()
    cache.setChallenge('registry-1.docker.io', realm)
    cache.save()
    const before = statSync(path, { bigint: true })
    now += 60_000
    const later = open()
    later.setChallenge('registry-1.docker.io', realm)
    later.save()
    expect(statSync(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })
  })
})

describe('a cache that cannot be used is as good as none', () => {
  test.each([
    ['empty', ''],
    ['cut off', '{"answers":{"nginx":{"dig'],
    ['no JSON', '\u0000\u0001'],
    ['a list', '[]'],
    ['null', 'null'],
    ['answers as a list', '{"answers":[1]}'],
    [
      'a digest that is none',
      '{"answers":{"nginx":{"digest":"sha256:abc","mediaType":"x","from":"y","at":1000000}}}',
    ],
    ['no media type', `{"answers":{"nginx":{"digest":"${answer().digest}","from":"y","at":1000000}}}`],
    [
      'a time as text',
      `{"answers":{"nginx":{"digest":"${answer().digest}","mediaType":"x","from":"y","at":"1000000"}}}`,
    ],
    [
      'platforms that are none',
      `{"answers":{"nginx":{"digest":"${answer().digest}","mediaType":"x","from":"y","at":1000000,"platforms":[1]}}}`,
    ],
  ])('%s: ignored, and mended by the next write', (_, text) => {
    mkdirSync(join(folder, 'pinpull'), { mode: 0o700 })
    writeFileSync(path, text, { mode: 0o600 })
    expect(open().get('nginx')).toBeUndefined()
    fill('redis')
    expect(open().get('redis')).toBeDefined()
  })

  test.each([0o620, 0o602, 0o666])('others may write it (%o): ignored', (mode) => {
    fill()
    chmodSync(path, mode)
    expect(open().get('nginx')).toBeUndefined()
    fill('redis')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test("somebody else's: ignored", () => {
    fill()
    expect(open({ files: { ...realFiles, userId: 4_294_967 } }).get('nginx')).toBeUndefined()
  })

  test.each<[string, Partial<FileSystem>]>([
    ['ENOSPC', { writeSync: failing('ENOSPC') }],
    ['EROFS', { mkdirSync: failing('EROFS') }],
    ['EACCES', { openSync: failing('EACCES') }],
  ])('%s: the run goes on, and says why at the end', (code, broken) => {
    const cache = open({ files: { ...realFiles, ...broken } })
    expect(cache.get('nginx')).toBeUndefined()
    cache.put('nginx', answer())
    expect(cache.get('nginx')).toBeDefined()
    expect(cache.save()).toBe(code)
  })

  test('a folder where the file should be', () => {
    mkdirSync(path, { recursive: true })
    const cache = open()
    expect(cache.get('nginx')).toBeUndefined()
    cache.put('nginx', answer())
    expect(cache.save()).toBe('illegal operation on a directory (EISDIR)')
  })
})

test('many processes write the cache at once, and it is whole at every moment', async () => {
  const module = new URL('../../src/cache/cache.ts', import.meta.url).href
  const write = (name: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(
        `const { workerData: { module, path, name } } = require('node:worker_threads')
         import(module).then(({ openCache }) => {
           for (let round = 0; round < 20; round++) {
             const cache = openCache({ path, lifetime: 1e6, now: () => 1e6, userId: ${process.getuid?.() ?? 0} })
             cache.put(name + round, ${JSON.stringify(answer())})
             cache.save()
           }
         })`,
        { eval: true, workerData: { module, path, name } },
      )
      worker.on('error', reject)
      worker.on('exit', () => resolve())
    })
  await Promise.all(['a', 'b', 'c', 'd'].map(write))
  const answers = JSON.parse(readFileSync(path, 'utf8')).answers
  expect(Object.keys(answers).length).toBeGreaterThan(0)
  expect(readdirSync(join(folder, 'pinpull'))).toEqual(['answers-1.json'])
})
