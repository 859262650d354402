type Environment = Readonly<Record<string, string | undefined>>

/**
 * The variables that only kustomize sets, in the container of every function (kyaml, fn/runtime/runtimeutil/functiontypes.go,
 * `NewContainerEnv`). kpt sets none.
 */
const CONTAINER_VARIABLES = ['LOG_TO_STDERR', 'STRUCTURED_RESULTS']

/**
 * Whether kustomize has started Pinpull as a containerised KRM function. The caller sets environment and arguments; the input
 * cannot influence them. Programs that a function starts inherit the variables, but have arguments, which kustomize
 * never passes.
 *
 * @param argv the arguments, without the program's own name
 */
export function isFunctionContainer(argv: readonly string[], env: Environment): boolean {
  return argv.length === 0 && CONTAINER_VARIABLES.every((name) => env[name] === 'true')
}

/** The variable that kustomize sets for legacy exec plugins (api/internal/plugins/execplugin/execplugin.go). */
const PLUGIN_VARIABLE = 'KUSTOMIZE_PLUGIN_CONFIG_ROOT'

/** An absolute path, on any system. */
const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/])/

/** The command line of a legacy exec plugin. The author of the kustomization chooses both of its parts. */
export interface ExecPluginCall {
  /** The temporary file with the plugin's configuration. */
  readonly config: string
  /** The values of `argsOneLiner` and `argsFromFile` in that configuration. */
  readonly argv: readonly string[]
}

/**
 * Recognises a call as a legacy exec plugin of kustomize. Who runs kustomize controls the environment only; file and
 * arguments come from the kustomization, and are trusted less.
 *
 * @param argv the arguments, without the program's own name
 * @returns undefined for any other call
 */
export function parseExecPluginCall(argv: readonly string[], env: Environment): ExecPluginCall | undefined {
  const [config, ...rest] = argv
  if (env[PLUGIN_VARIABLE] === undefined || config === undefined || !ABSOLUTE.test(config)) return undefined
  return { config, argv: rest }
}
