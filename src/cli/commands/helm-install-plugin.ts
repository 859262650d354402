import { lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { runProcess } from '../../credentials/process.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { writeAtomically } from '../../files/atomic-file.ts'
import { PLUGIN_NAME, pluginFiles } from '../../hosts/helm-plugin.ts'
import { EXIT } from '../exit.ts'
import { askHelm, findHelm3, type Helm } from '../helm.ts'
import { homeOf } from '../home.ts'
import type { Io } from '../io.ts'
import { VERSION } from '../version.ts'

export interface InstallOptions {
  /** Where plugins lie, instead of where Helm looks. */
  readonly directory?: string
}

/**
 * Makes Pinpull a plugin of the Helm that runs on this machine, so that `--post-renderer pinpull` finds it.
 *
 * A Helm 3 that looks into the same folder would then load no plugin at all (it stops at the first description that it
 * does not understand, pkg/plugin/plugin.go `LoadAll`); where there is one, the plugin gets a folder of its own.
 *
 * @returns the exit code
 * @throws {UsageError} HELM_NOT_FOUND, PLUGIN_IN_THE_WAY
 */
export async function installHelmPlugin(options: InstallOptions, io: Io): Promise<number> {
  const program = io.env['HELM_BIN'] || 'helm'
  const helm = await askHelm(program, io.env, runProcess)
  if (helm === undefined) throw new UsageError('HELM_NOT_FOUND', { program })
  if (helm.major < 4) {
    io.writeMessage(
      `pinpull: Helm ${helm.major} needs no plugin: helm upgrade … --post-renderer ${PLUGIN_NAME}\n`,
    )
    return EXIT.done
  }
  const chosen = await chooseFolder(options, helm, io)
  const folder = join(chosen, PLUGIN_NAME)
  refuseStranger(folder)
  for (const { path, text, executable } of pluginFiles(
    VERSION,
    io.programWords(),
    process.platform === 'win32',
  )) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeAtomically(file, Buffer.from(text), {
      mode: executable ? 0o755 : 0o644,
      keepMode: false,
      durable: false,
    })
  }
  io.writeOutput(`${folder}\n`)
  io.writeMessage(howToUse(chosen, helm))
  return EXIT.done
}

async function chooseFolder({ directory }: InstallOptions, helm: Helm, io: Io): Promise<string> {
  if (directory !== undefined) return resolve(io.cwd, directory)
  const [first] = helm.pluginFolders
  if (first === undefined) throw new UsageError('HELM_NOT_FOUND', { program: helm.program })
  const others = await findHelm3(io.env, runProcess)
  if (!others.some(({ pluginFolders }) => pluginFolders.includes(first))) return first
  const data = io.env['XDG_DATA_HOME'] || join(homeOf(io) ?? io.cwd, '.local', 'share')
  return join(data, 'pinpull', 'helm4-plugins')
}

/** Whatever else lies where the plugin would go (a link to a working copy, say) is not ours to overwrite. */
function refuseStranger(folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })) return
  const ours = lstatSync(folder).isDirectory() && nameOf(join(folder, 'plugin.yaml')) === PLUGIN_NAME
  if (!ours) throw new UsageError('PLUGIN_IN_THE_WAY', { folder })
}

function nameOf(description: string): string | undefined {
  try {
    return /^name: *(\S+)$/m.exec(readFileSync(description, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

function howToUse(folder: string, { pluginFolders }: Helm): string {
  const use = `helm upgrade … --post-renderer ${PLUGIN_NAME} --post-renderer-args=--profile=prod`
  if (pluginFolders.includes(folder)) return `pinpull: installed; use it with: ${use}\n`
  return [
    `pinpull: installed apart, where no Helm 3 looks: it loads none of its plugins beside one of Helm 4.`,
    `For Helm 4 set HELM_PLUGINS=${[folder, ...pluginFolders].join(delimiter)}, then: ${use}\n`,
  ].join('\n')
}
