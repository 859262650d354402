/** The name of the plugin in Helm 4: `--post-renderer pinpull`. */
export const PLUGIN_NAME = 'pinpull'

/**
 * Formats the `plugin.yaml` of a `postrenderer/v1` plugin (Helm 4, internal/plugin/metadata_v1.go), with the required keys
 * only: Helm rejects keys that it does not know.
 *
 * @param version strict SemVer, without a `v`
 * @param command Helm splits it at spaces before it expands variables (subprocess_commands.go), so a path with spaces is
 *   only possible in a variable
 */
export function formatPluginDescription(version: string, command: string): string {
  return `apiVersion: v1
type: postrenderer/v1
name: ${PLUGIN_NAME}
version: ${version}
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: ${command}
`
}

/** A file in the plugin's folder. */
export interface PluginFile {
  /** Relative to the folder, with slashes. */
  readonly path: string
  readonly text: string
  readonly executable: boolean
}

/**
 * The files of a plugin that calls Pinpull by its absolute path, so that it need not be on Helm's `PATH`.
 *
 * @param version the version of Pinpull
 * @param words the command line that starts it: absolute paths, with spaces or without
 * @param windows whether the script is for cmd.exe rather than sh
 */
export function pluginFiles(
  version: string,
  words: readonly string[],
  windows: boolean,
): readonly PluginFile[] {
  const path = scriptPath(windows)
  const command = `\${HELM_PLUGIN_DIR}/${path}`
  return [
    { path, text: windows ? formatCmd(words) : formatSh(words), executable: true },
    // Last, because a folder is a plugin as soon as it has this file.
    { path: 'plugin.yaml', text: formatPluginDescription(version, command), executable: false },
  ]
}

/** The script that the plugin runs, relative to its folder. */
export function scriptPath(windows: boolean): string {
  return windows ? 'bin/pinpull.cmd' : 'bin/pinpull'
}

/** @returns the program that `--before` names in a script of `pluginFiles` */
export function findPluginBefore(script: string, windows: boolean): string | undefined {
  if (windows) return /"--before=([^"]*)"/.exec(script)?.[1]?.replaceAll('%%', '%')
  return /'--before=((?:[^']|'\\'')*)'(?= )/.exec(script)?.[1]?.replaceAll(`'\\''`, "'")
}

function formatSh(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  return `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`
}

function formatCmd(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('%', '%%')}"`)
  return `@echo off\r\n${quoted.join(' ')} %*\r\n`
}
