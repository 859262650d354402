import { type DataFormat, formatDataDocument } from '../../report/data-document.ts'
import { VERSION } from '../../version.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'

interface VersionFlags {
  readonly output?: 'text' | DataFormat | undefined
}

/** Written in by `scripts/bundle.mjs`. */
declare const BUNDLED_COMMIT: string | undefined

/**
 * `pinpull version`: prints what is running, for reports of defects.
 * @param runtime what Node's `process` says about itself
 * @returns the exit code
 */
export function version({ output = 'text' }: VersionFlags, io: Io, runtime: Runtime = process): number {
  const commit = typeof BUNDLED_COMMIT === 'string' ? BUNDLED_COMMIT : 'unknown'
  const { node = '', bun } = runtime.versions
  const [name, number] = bun === undefined ? ['node', node] : ['bun', bun]
  const isStandalone = io.selfCommand().length === 1
  const platform = `${runtime.platform === 'win32' ? 'windows' : runtime.platform}/${ARCHITECTURES[runtime.arch] ?? runtime.arch}`
  if (output !== 'text') {
    const content = {
      version: VERSION,
      commit,
      runtime: { name, version: number },
      standalone: isStandalone,
      platform,
    }
    io.writeOutput(formatDataDocument(output, content, VERSION))
    return EXIT.done
  }
  const short = commit.replace(/^([0-9a-f]{7})[0-9a-f]+/, '$1')
  const runs = `${isStandalone ? 'standalone binary, ' : ''}${name} ${number}`
  io.writeOutput(`pinpull ${VERSION} (commit ${short}, ${runs}, ${platform})\n`)
  return EXIT.done
}

/** The part of `process` that tells where a program runs. */
export interface Runtime {
  readonly platform: string
  readonly arch: string
  readonly versions: { readonly node?: string | undefined; readonly bun?: string | undefined }
}

/** Node's names of architectures that OCI and Go call otherwise (Go, internal/goarch). */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }
