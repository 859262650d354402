/** A program that is called like Helm, also as `helm3` or `helm-v4.2.4`; not `helmfile`, which calls Helm itself. */
const HELM = /^helm(?![a-z])/

/**
 * Whether Helm runs this process as a post-renderer, as far as can be seen: Helm 4 sets a variable, Helm 3 nothing, but it starts
 * the process itself. Only to be used for refusing more: a script between them hides Helm 3, and other plugins pass the variable on.
 * @param parentProgram the name of the program that started the process; undefined where it is not known
 */
export function isHelmCall(
  env: Readonly<Record<string, string | undefined>>,
  parentProgram: string | undefined,
): boolean {
  return Boolean(env['HELM_PLUGIN_DIR']) || HELM.test(parentProgram ?? '')
}
