import { lstatSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { UsageError } from '../../diagnostics/errors.ts'
import { printable, printableLines } from '../../diagnostics/printable.ts'
import { writeAtomically } from '../../files/atomic-file.ts'
import { makeFolders } from '../../files/private-file.ts'
import { PLUGIN_NAME, pluginFiles } from '../../hosts/helm-plugin.ts'
import { runProcess } from '../child-process.ts'
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
  const directory = options.directory === undefined ? undefined : resolve(io.cwd, options.directory)
  // A folder that is named may be for another machine, or for another Helm than the one that is here.
  if (helm !== undefined && helm.major < 4 && (directory === undefined || looksInto(helm, directory))) {
    io.writeMessage(
      `pinpull: Helm ${helm.major} needs no plugin: helm upgrade … --post-renderer ${PLUGIN_NAME}\n`,
    )
    return EXIT.done
  }
  const chosen = directory ?? (helm && (await chooseFolder(helm, io)))
  if (chosen === undefined) throw new UsageError('HELM_NOT_FOUND', { program })
  const folder = join(chosen, PLUGIN_NAME)
  refuseStranger(folder)
  for (const { path, text, executable } of pluginFiles(
    VERSION,
    io.programWords(),
    process.platform === 'win32',
  )) {
    const file = join(folder, path)
    makeFolders(dirname(file), 0o755)
    writeAtomically(file, Buffer.from(text), {
      mode: executable ? 0o755 : 0o644,
      keepMode: false,
    })
  }
  io.writeOutput(`${printable(folder)}\n`)
  io.writeMessage(printableLines(howToUse(chosen, helm, directory !== undefined)))
  return EXIT.done
}

/** Where Helm looks first, or a folder apart where a Helm 3 looks there too; absent where it looks nowhere. */
async function chooseFolder(helm: Helm, io: Io): Promise<string | undefined> {
  const [first] = helm.pluginFolders
  if (first === undefined) return undefined
  const others = await findHelm3(io.env, runProcess)
  if (!others.some((other) => looksInto(other, first))) return first
  const data = io.env['XDG_DATA_HOME'] || join(homeOf(io) ?? io.cwd, '.local', 'share')
  return join(data, 'pinpull', 'helm4-plugins')
}

function looksInto({ pluginFolders }: Helm, folder: string): boolean {
  return pluginFolders.includes(folder)
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

function howToUse(folder: string, helm: Helm | undefined, isNamed: boolean): string {
  const use = `helm upgrade … --post-renderer ${PLUGIN_NAME} --post-renderer-args=--profile=prod`
  const known = helm !== undefined && helm.major >= 4 ? helm.pluginFolders : []
  if (known.includes(folder)) return `pinpull: installed; use it with: ${use}\n`
  const folders = [folder, ...known].join(delimiter)
  if (isNamed)
    return `pinpull: installed; where Helm 4 looks elsewhere, set HELM_PLUGINS=${folders}, then: ${use}\n`
  return [
    `pinpull: installed in a separate folder, since Helm 3 fails when it finds a plugin of Helm 4.`,
    `For Helm 4 set HELM_PLUGINS=${folders}, then: ${use}\n`,
  ].join('\n')
}
