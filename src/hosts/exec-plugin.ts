/** What tells that kustomize has started us as a legacy exec plugin (api/internal/plugins/execplugin/execplugin.go). */
const MARK = 'KUSTOMIZE_PLUGIN_CONFIG_ROOT'

/** An absolute path, on any system. */
const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/

/**
 * Reads the arguments of a legacy exec plugin, whose first is the path of a temporary file with its configuration.
 *
 * @param argv the arguments, without the program's own name
 * @returns the same arguments with that file as `--config`; unchanged where no kustomize has called
 */
export function readPluginArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const [first, ...rest] = argv
  if (env[MARK] === undefined || first === undefined || !ABSOLUTE.test(first)) return argv
  return ['--config', first, ...rest]
}

/**
 * Whether a configuration is the temporary file that kustomize made of one. Nothing that is looked for beside a
 * configuration may be looked for there: anybody may write to the folder of temporary files.
 *
 * @param file its path
 */
export function isTemporaryConfig(file: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const root = env[MARK]
  if (root === undefined || !ABSOLUTE.test(file)) return false
  return !file.startsWith(root) || !/^[\\/]/.test(file.slice(root.length))
}
