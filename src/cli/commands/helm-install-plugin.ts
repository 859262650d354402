import { existsSync, lstatSync, readFileSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'
import type { Run } from '../../credentials/program.ts'
import { UsageError } from '../../diagnostics/errors.ts'
import { printable, printableLines, printableWord } from '../../diagnostics/printable.ts'
import { writeAtomically } from '../../files/atomic-file.ts'
import { homeFolder } from '../../files/home.ts'
import { makeFolders } from '../../files/private-file.ts'
import { findPluginBefore, PLUGIN_NAME, pluginFiles, scriptPath } from '../../hosts/helm-plugin.ts'
import { VERSION } from '../../version.ts'
import { EXIT } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { runProcess } from '../io/process.ts'
import { findBefore } from '../io/program-before.ts'

interface InstallFlags {
  /** The folder of plugins, instead of Helm's own. */
  readonly directory?: string | undefined
  /** A program that the plugin runs first. */
  readonly before?: string | undefined
}

/**
 * Installs Pinpull as a plugin of the Helm on this machine, so that `--post-renderer pinpull` finds it.
 *
 * A Helm 3 that searches the same folder would then load no plugin at all, since it stops at the first `plugin.yaml` that it
 * does not understand (pkg/plugin/plugin.go `LoadAll`). If there is one, the plugin gets a separate folder.
 *
 * @returns the exit code
 * @throws {UsageError} HELM_NOT_FOUND, PLUGIN_IN_THE_WAY
 */
export async function installHelmPlugin(options: InstallFlags, io: Io): Promise<number> {
  const program = io.env['HELM_BIN'] || 'helm'
  const helm = await inspectHelm(program, io.env, runProcess)
  const directory = options.directory === undefined ? undefined : resolve(io.cwd, options.directory)
  // A named folder may be for another machine, or for another Helm than the one on this machine.
  const named = options.before === undefined ? undefined : absoluteProgram(options.before, io)
  if (helm !== undefined && helm.major < 4 && (directory === undefined || searches(helm, directory))) {
    const args = named === undefined ? '' : ` --post-renderer-args=--before=${printableWord(named)}`
    io.writeMessage(
      `pinpull: Helm ${helm.major} needs no plugin: helm upgrade … --post-renderer ${PLUGIN_NAME}${args}\n`,
    )
    return EXIT.done
  }
  const chosen = directory ?? (helm && (await chooseFolder(helm, io)))
  if (chosen === undefined) throw new UsageError('HELM_NOT_FOUND', { program })
  const folder = join(chosen, PLUGIN_NAME)
  refuseOverwrite(folder)
  const isWindows = process.platform === 'win32'
  // Whoever updates the plugin has not said that the older post-renderer should go.
  const before = named ?? readBefore(folder, isWindows)
  for (const { path, text, executable } of pluginFiles(VERSION, commandOf(before, io), isWindows)) {
    const file = join(folder, path)
    makeFolders(dirname(file), 0o755)
    writeAtomically(file, Buffer.from(text), {
      mode: executable ? 0o755 : 0o644,
      keepMode: false,
    })
  }
  io.writeOutput(`${printable(folder)}\n`)
  io.writeMessage(printableLines(usageText(chosen, helm, directory !== undefined)))
  if (before !== undefined) {
    const how = named === undefined ? 'still ' : ''
    io.writeMessage(
      printableLines(
        `pinpull: the plugin ${how}runs ${before} first; to remove that, uninstall the plugin and install it again\n`,
      ),
    )
  }
  return EXIT.done
}

/** The command line of the plugin's script. */
function commandOf(before: string | undefined, io: Io): readonly string[] {
  return before === undefined ? io.selfCommand() : [...io.selfCommand(), `--before=${before}`]
}

/**
 * Finds the program of `--before`. Helm may run the plugin from any folder.
 * @returns its absolute path
 * @throws {UsageError} USAGE if there is none
 */
function absoluteProgram(before: string, io: Io): string {
  const found = findBefore(before, io)
  if (found !== undefined) return found
  throw new UsageError('USAGE', { reason: `--before: ${before} does not exist or is not executable` })
}

/** @returns the program that an installed plugin runs first */
function readBefore(folder: string, isWindows: boolean): string | undefined {
  try {
    return findPluginBefore(readFileSync(join(folder, scriptPath(isWindows)), 'utf8'), isWindows)
  } catch {
    return undefined
  }
}

/** @returns the first folder that Helm searches, or a separate one if a Helm 3 searches it too; undefined if Helm searches none */
async function chooseFolder(helm: Helm, io: Io): Promise<string | undefined> {
  const [first] = helm.pluginFolders
  if (first === undefined) return undefined
  const others = await findHelm3(io.env, runProcess)
  if (!others.some((other) => searches(other, first))) return first
  const data = io.env['XDG_DATA_HOME'] || join(homeFolder(io.env) ?? io.cwd, '.local', 'share')
  return join(data, 'pinpull', 'helm4-plugins')
}

function searches({ pluginFolders }: Helm, folder: string): boolean {
  return pluginFolders.includes(folder)
}

/** @throws {UsageError} PLUGIN_IN_THE_WAY if anything but this plugin is in its place, such as a link to a working copy */
function refuseOverwrite(folder: string): void {
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

function usageText(folder: string, helm: Helm | undefined, isNamed: boolean): string {
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

/** A Helm on this machine. */
export interface Helm {
  /** Absolute, or a name on the `PATH`. */
  readonly program: string
  readonly major: number
  /** The folders that it searches for plugins, in order. */
  readonly pluginFolders: readonly string[]
}

/**
 * Runs a Helm to learn its version and its plugin folders.
 *
 * @returns undefined if there is no such program, or it does not answer as Helm does
 */
export async function inspectHelm(program: string, env: Io['env'], run: Run): Promise<Helm | undefined> {
  const runHelm = async (...args: readonly string[]): Promise<string | undefined> => {
    const result = await run({ program, args, env, input: '', timeout: 30_000, maxOutput: 65_536 })
    return result.kind === 'exited' && result.code === 0 ? result.stdout.trim() : undefined
  }
  const major = /^v(\d+)\./.exec((await runHelm('version', '--template', '{{.Version}}')) ?? '')?.[1]
  const folders = major === undefined ? undefined : await runHelm('env', 'HELM_PLUGINS')
  if (major === undefined || folders === undefined) return undefined
  return {
    program,
    major: Number(major),
    pluginFolders: folders.split(delimiter).filter((one) => one !== ''),
  }
}

/** Usual names of a second Helm. */
const NAMES = ['helm', 'helm3', 'helm-3', 'helm-v3']

/** @returns every Helm 3 on the `PATH` under one of the usual names */
export async function findHelm3(env: Io['env'], run: Run): Promise<readonly Helm[]> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)
  const programs = [...new Set(folders.flatMap((folder) => NAMES.map((name) => join(folder, name))))]
  const found = await Promise.all(
    programs.filter((path) => existsSync(path)).map((program) => inspectHelm(program, env, run)),
  )
  return found.filter((helm) => helm !== undefined).filter(({ major }) => major === 3)
}
