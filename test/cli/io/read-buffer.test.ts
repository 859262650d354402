import { closeSync, openSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readInputs } from '../../../src/cli/io/inputs.ts'
import { createReadBuffer, readAll } from '../../../src/cli/io/read-buffer.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A file without contents of its own: nothing is written. */
function sparseFile(size: number): string {
  const path = join(temporaryFolder(), 'large.yaml')
  writeFileSync(path, '')
  truncateSync(path, size)
  return path
}

const TOO_LARGE = 'it is larger than 512 MB, the most that is read'

describe('a file that is too large is refused', () => {
  // Node reads the lower 32 bits of a length: of 4 GiB it would read nothing, as if the file were empty.
  test.each([512_000_001, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 33])('%d bytes', (size) => {
    const path = sparseFile(size)
    expect(() => createReadBuffer().read(path)).toThrow(TOO_LARGE)
    const io = { cwd: '/', readInput: () => new Uint8Array(), isInputTerminal: () => false }
    expect(() => readInputs([path], io)).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_READ', args: { file: path, reason: TOO_LARGE } }),
    )
    const fd = openSync(path, 'r')
    expect(() => readAll(fd)).toThrow(TOO_LARGE)
    closeSync(fd)
  })
})

test.skipIf(process.platform === 'win32')('a pipe that does not end is refused', () => {
  const fd = openSync('/dev/zero', 'r')
  expect(() => readAll(fd, 200_000)).toThrow('it is larger than 0.2 MB, the most that is read')
  expect(() => createReadBuffer(200_000).read('/dev/zero')).toThrow('it is larger than 0.2 MB')
  closeSync(fd)
})

test('a file of the largest size', () => {
  const path = sparseFile(200_000)
  expect(createReadBuffer(200_000).read(path).bytes.length).toBe(200_000)
  expect(() => createReadBuffer(199_999).read(path)).toThrow('it is larger than')
})
