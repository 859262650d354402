import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { readTar, TarError } from '../../layout/tar.ts'
import type { ScratchFolder, SourceDisk } from '../source-disk.ts'

/** A copy of a chart in a folder that may be written to. */
export interface ChartCopy {
  /** The absolute path of the copy. */
  readonly path: string
  /** The chart's own `values.yaml`; absent if it has none. */
  readonly values?: Uint8Array | undefined
}

/** Why a chart cannot be read. */
export class ChartError extends Error {
  override readonly name: string = 'ChartError'
  readonly advice: string

  constructor(message: string, advice = 'name a folder with a Chart.yaml, or a .tgz of helm package') {
    super(message)
    this.advice = advice
  }
}

/** The limits of a chart: those of Helm for an archive are 100 MiB in all, and 5 MiB for a file. */
const MAX_FILES = 20_000
const MAX_BYTES = 100 * 1024 * 1024
const MAX_DEPTH = 32

/** The name of the template that `helm template` renders to the values that the chart sees. */
export const VALUES_TEMPLATE: string = 'templates/pinpull-values.yaml'

const VALUES_TEMPLATE_TEXT = `apiVersion: v1
kind: ConfigMap
metadata:
  name: pinpull-values
data:
  values: {{ .Values | toJson | quote }}
`

/**
 * Copies a chart, because rendering it with other values of its own needs another `values.yaml`, and the user's is not touched.
 * @param chart a folder, or an archive as `helm package` makes it
 * @param name of the copy's folder
 * @throws {ChartError} if it is no chart, or too large
 */
export async function copyChart(
  chart: string,
  disk: SourceDisk,
  folder: ScratchFolder,
  name: string,
): Promise<ChartCopy> {
  const files = disk.list(chart) === undefined ? await archiveFiles(chart, disk) : folderFiles(chart, disk)
  if (!files.has('Chart.yaml')) throw new ChartError(`${chart} has no Chart.yaml`)
  for (const [path, bytes] of files) folder.write(`${name}/${path}`, bytes)
  return { path: `${folder.path}/${name}`, values: files.get('values.yaml') }
}

/** Adds the template `VALUES_TEMPLATE` to a copy. */
export function addValuesTemplate(folder: ScratchFolder, name: string): void {
  folder.write(`${name}/${VALUES_TEMPLATE}`, new TextEncoder().encode(VALUES_TEMPLATE_TEXT))
}

function folderFiles(chart: string, disk: SourceDisk): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  let size = 0
  // A template can print any file of the chart in a message, and the chart may come from a stranger's pull request.
  const requireInside = (link: string): void => {
    const path = `${chart}/${link}`
    if (disk.isWithin(path, chart) || disk.isWithin(path, disk.cwd)) return
    if (disk.list(path) === undefined && disk.read(path) === undefined) return
    const advice = 'run Pinpull in a folder that has both'
    throw new ChartError(`${path} is a link that leads out of the working directory`, advice)
  }
  const add = (path: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new ChartError(`${chart} has folders that are nested too deeply`)
    for (const { name, kind } of disk.list(path === '' ? chart : `${chart}/${path}`) ?? []) {
      if (name === '.git' || kind === 'other') continue
      const inner = path === '' ? name : `${path}/${name}`
      if (kind === 'link') requireInside(inner)
      // Helm follows links.
      const isFolder = kind === 'folder' || (kind === 'link' && disk.list(`${chart}/${inner}`) !== undefined)
      if (isFolder) {
        add(inner, depth + 1)
        continue
      }
      const bytes = disk.read(`${chart}/${inner}`)
      if (bytes === undefined) continue
      size += bytes.length
      if (size > MAX_BYTES || files.size >= MAX_FILES)
        throw new ChartError(`${chart} is too large for a chart`)
      files.set(inner, bytes)
    }
  }
  add('', 0)
  return files
}

/** The paths in an archive begin with the chart's name. */
async function archiveFiles(chart: string, disk: SourceDisk): Promise<Map<string, Uint8Array>> {
  const bytes = disk.read(chart)
  if (bytes === undefined) throw new ChartError(`${chart} does not exist`)
  const files = new Map<string, Uint8Array>()
  let size = 0
  try {
    for await (const entry of readTar(Readable.from([bytes]).pipe(createGunzip()))) {
      const path = entry.name.split('/').slice(1).join('/')
      size += entry.size
      if (size > MAX_BYTES || files.size >= MAX_FILES)
        throw new ChartError(`${chart} is too large for a chart`)
      const chunks: Uint8Array[] = []
      for await (const chunk of entry.body) chunks.push(Uint8Array.from(chunk))
      if (path !== '' && !path.split('/').some((part) => part === '..' || part === '')) {
        files.set(path, Buffer.concat(chunks))
      }
    }
  } catch (error) {
    if (error instanceof TarError || (error instanceof Error && 'code' in error)) {
      throw new ChartError(`${chart} is no chart archive: ${error.message}`)
    }
    throw error
  }
  return files
}
