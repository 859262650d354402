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
