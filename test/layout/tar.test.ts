import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTar, TarError } from '../../src/layout/tar.ts'
import { paxRecord, type TarMember, tar } from '../support/image-layout.ts'

/** The bytes in pieces of a size that never fits. */
async function* inPieces(bytes: Buffer, size = 333): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(archive: Buffer, size?: number): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const { name, body } of readTar(inPieces(archive, size))) {
    const chunks: Uint8Array[] = []
    for await (const chunk of body) chunks.push(chunk)
    found.push([name, Buffer.concat(chunks).toString()])
  }
  return found
}

const text = (length: number): string => 'x'.repeat(length)
const file = (name: string, content = 'text'): TarMember => ({ name, bytes: Buffer.from(content) })
const pax = (key: string, value: string): TarMember => ({
  name: 'pax',
  type: 'x',
  bytes: paxRecord(key, value),
})
const longName = (name: string): TarMember => ({ name: '././@LongLink', type: 'L', bytes: Buffer.from(name) })

describe('readTar', () => {
  test.each<[string, readonly TarMember[], [string, string][]]>([
    ['nothing', [], []],
    [
      'files',
      [file('a', text(511)), file('b/c', text(512)), file('d', text(513)), file('e', '')],
      [
        ['a', text(511)],
        ['b/c', text(512)],
        ['d', text(513)],
        ['e', ''],
      ],
    ],
    ['a leading ./', [file('./index.json')], [['index.json', 'text']]],
    [
      'folders and links passed over',
      [{ name: 'd/', type: '5' }, { name: 'l', type: '2' }, file('a')],
      [['a', 'text']],
    ],
    [
      'a GNU long name',
      [longName(`${text(150)}\0`), file('short'), file('next')],
      [
        [text(150), 'text'],
        ['next', 'text'],
      ],
    ],
    [
      'a pax path',
      [pax('path', `blobs/${text(200)}`), file('short'), file('next')],
      [
        [`blobs/${text(200)}`, 'text'],
        ['next', 'text'],
      ],
    ],
    [
      'a pax size',
      [pax('size', '4'), { ...file('a'), claims: '00000000000\0' }, file('b')],
      [
        ['a', 'text'],
        ['b', 'text'],
      ],
    ],
    ['a global pax header', [{ ...pax('path', 'not-this'), type: 'g' }, file('a')], [['a', 'text']]],
    ['a size in base 256', [{ ...file('a'), claims: '\x80\0\0\0\0\0\0\0\0\0\0\x04' }], [['a', 'text']]],
    ['a size that ends in spaces', [{ ...file('a'), claims: '4          ' }], [['a', 'text']]],
  ])('reads %s', async (_, members, expected) => {
    expect(await read(tar(members))).toEqual(expected)
    expect(await read(tar(members), 7)).toEqual(expected)
  })

  test('skips a body that nobody reads', async () => {
    const names: string[] = []
    for await (const { name } of readTar(inPieces(tar([file('a', text(2000)), file('b')])))) names.push(name)
    expect(names).toEqual(['a', 'b'])
  })

  const damaged = tar([file('a')])
  damaged[0] = 0
  test.each<[string, Buffer, string]>([
    ['what is no tar', Buffer.alloc(1024, 'x'), 'it is not a tar archive, or it is damaged'],
    ['a header that was changed', damaged, 'it is not a tar archive, or it is damaged'],
    ['what was cut off', tar([file('a', text(5000))]).subarray(0, 1024), 'it ends in the middle'],
    ['a size that is none', tar([{ ...file('a'), claims: 'ffffffffffff' }]), 'it has an invalid number'],
    ['a size beyond all', tar([{ ...file('a'), claims: '\xff'.repeat(12) }]), 'it has an invalid number'],
    ['a pax size that is none', tar([pax('size', '-1'), file('a')]), 'it has an invalid number'],
    [
      'a pax record that claims too much',
      tar([{ name: 'p', type: 'x', bytes: Buffer.from('99 path=a\n') }, file('a')]),
      'it has pax attributes that cannot be read',
    ],
    [
      'a pax record that claims nothing',
      tar([{ name: 'p', type: 'x', bytes: Buffer.from('0 path=a\n') }, file('a')]),
      'it has pax attributes that cannot be read',
    ],
    [
      'a name of a gigabyte',
      tar([{ name: 'l', type: 'L', claims: '10000000000\0' }]),
      'it has a file name that is too long',
    ],
  ])('refuses %s', async (_, archive, reason) => {
    const error: unknown = await read(archive).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(TarError)
    expect((error as TarError).message).toBe(reason)
  })

  test('whatever is done to an archive, it is read, or refused as one', async () => {
    const good = tar([longName(text(120)), file('x', text(600)), pax('path', 'y'), file('z', text(10))])
    const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(good.length), async (bytes, end) => {
        const archive = Buffer.from(good.subarray(0, end))
        for (const [at, byte] of bytes) if (at < end) archive[at] = byte
        const outcome: unknown = await read(archive).catch((error: unknown) => error)
        expect(Array.isArray(outcome) || outcome instanceof TarError, String(outcome)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
