/**
 * The variables that kustomize sets in the container of every function, and nowhere else (kyaml,
 * fn/runtime/runtimeutil/functiontypes.go, `NewContainerEnv`). kpt sets none.
 */
const MARKS = ['LOG_TO_STDERR', 'STRUCTURED_RESULTS']

/**
 * Whether kustomize has started us as a containerised KRM function. The environment and the arguments are the caller's; no
 * byte of the input can make them so. What a function itself starts inherits the variables, but gives arguments of its
 * own, which kustomize never does.
 *
 * @param argv the arguments, without the program's own name
 */
export function isFunctionContainer(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return argv.length === 0 && MARKS.every((name) => env[name] === 'true')
}

/** What tells that kustomize has started us as a legacy exec plugin (api/internal/plugins/execplugin/execplugin.go). */
const MARK = 'KUSTOMIZE_PLUGIN_CONFIG_ROOT'

/** An absolute path, on any system. */
const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/

/** A call of kustomize's, with what the author of the kustomization says in it. */
export interface ExecPluginCall {
  /** The temporary file that kustomize has written the plugin's configuration to. */
  readonly config: string
  /** From `argsOneLiner` and `argsFromFile` of that configuration. */
  readonly argv: readonly string[]
}

/**
 * Recognises a call as a legacy exec plugin. Both the file and the arguments are the word of whoever wrote the
 * kustomization, and not of whoever runs kustomize: that is what the environment is.
 *
 * @param argv the arguments, without the program's own name
 * @returns absent where no kustomize has called
 */
export function parseExecPluginCall(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ExecPluginCall | undefined {
  const [config, ...rest] = argv
  if (env[MARK] === undefined || config === undefined || !ABSOLUTE.test(config)) return undefined
  return { config, argv: rest }
}
