/** What Helm 4 calls the plugin by: `--post-renderer pinpull`. */
export const PLUGIN_NAME = 'pinpull'

/**
 * The description of a `postrenderer/v1` plugin (Helm 4, internal/plugin/metadata_v1.go). Helm refuses keys that it
 * does not know, so it has nothing but what it must.
 *
 * @param version strict SemVer, without a `v`
 * @param command split at spaces before its variables are expanded (subprocess_commands.go), so that a path with a
 *   space can only stand in a variable
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

/** A file of the plugin's folder. */
export interface PluginFile {
  /** From the folder, with slashes. */
  readonly path: string
  readonly text: string
  readonly executable: boolean
}

/**
 * The folder of a plugin that calls a program where it lies, so that nothing has to be on Helm's `PATH`.
 *
 * @param version of Pinpull
 * @param words that start it: absolute paths, spaces allowed
 * @param windows whether the starter is for cmd.exe rather than sh
 */
export function pluginFiles(
  version: string,
  words: readonly string[],
  windows: boolean,
): readonly PluginFile[] {
  const path = windows ? 'bin/pinpull.cmd' : 'bin/pinpull'
  const command = `\${HELM_PLUGIN_DIR}/${path}`
  return [
    { path, text: windows ? formatCmd(words) : formatSh(words), executable: true },
    // Last, since it is what makes the folder a plugin.
    { path: 'plugin.yaml', text: formatPluginDescription(version, command), executable: false },
  ]
}

function formatSh(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`)
  return `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`
}

function formatCmd(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word.replaceAll('%', '%%')}"`)
  return `@echo off\r\n${quoted.join(' ')} %*\r\n`
}
