import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { realSourceDisk } from '../../../src/cli/io/source-disk.ts'
import { ChartError, copyChart } from '../../../src/sources/helm/chart-copy.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test.each<[name: string, to: string, copied: string | RegExp | undefined]>([
  ['within the working directory', '../common.tpl', 'shared'],
  [
    'out of the working directory',
    '../../password',
    /chart\/link is a link that leads out of the working directory/,
  ],
  ['to a folder out of it', '../..', /chart\/link is a link that leads out of the working directory/],
  ['to nothing', 'nothing', undefined],
  ['to itself', 'link', undefined],
])('a link in a chart %s', async (_, to, copied) => {
  const cwd = temporaryFolder()
  mkdirSync(join(cwd, 'work/chart'), { recursive: true })
  writeFileSync(join(cwd, 'work/chart/Chart.yaml'), 'name: web\n')
  writeFileSync(join(cwd, 'work/common.tpl'), 'shared')
  writeFileSync(join(cwd, 'password'), 'secret')
  const path = join(cwd, 'work/chart/link')
  const disk = realSourceDisk(join(cwd, 'work'))
  symlinkSync(to, path)
  const copying = disk.withFolder(async (folder) => {
    await copyChart('chart', disk, folder, 'copy')
    try {
      return readFileSync(join(folder.path, 'copy/link'), 'utf8')
    } catch {
      return undefined
    }
  })
  if (copied instanceof RegExp) {
    await expect(copying).rejects.toThrow(copied)
    await expect(copying).rejects.toBeInstanceOf(ChartError)
  } else expect(await copying).toBe(copied)
})
