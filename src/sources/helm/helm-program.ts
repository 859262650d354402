import type { ProgramResult, RunProgram } from '../source-edit.ts'

/** How a chart is rendered: what the user gives to Helm, which is found on the `PATH`, beside the chart and its values. */
export interface HelmArguments {
  /** The name of the release, which most charts put into the names of objects. */
  readonly release: string
  /** Further arguments of `helm template`, such as `--kube-version 1.31.0` and `--set a=b`. */
  readonly options: readonly string[]
}

/**
 * Renders a chart with `helm template`, which contacts no cluster, and no network unless a dependency has to be downloaded, which it
 * does not do by itself. Plugins, repositories and variables of the user's Helm have no effect: only the arguments count.
 * @param chart the absolute path of a folder
 * @param values absolute paths of values files, the strongest last
 * @param home an empty folder for what Helm calls its home
 * @param extra further arguments, for this call only
 */
export function runHelm(
  run: RunProgram,
  helm: HelmArguments,
  chart: string,
  values: readonly string[],
  home: string,
  extra: readonly string[] = [],
): Promise<ProgramResult> {
  const files = values.flatMap((path) => ['--values', path])
  const args = ['template', helm.release, chart, ...files, ...helm.options, ...extra]
  return run('helm', args, { env: helmEnvironment(home), noise: NOISE })
}

/** The version of Helm: `Helm v3.21.4`. */
export async function helmVersion(run: RunProgram, home: string): Promise<string> {
  const result = await run('helm', ['version', '--short'], { env: helmEnvironment(home) })
  const version = result.kind === 'done' ? /v\d[\w.-]*/.exec(result.stdout)?.[0] : undefined
  return version === undefined ? 'Helm' : `Helm ${version}`
}

const VARIABLES = [
  'PLUGINS',
  'NAMESPACE',
  'KUBECONTEXT',
  'KUBEAPISERVER',
  'KUBETOKEN',
  'DRIVER',
  'DEBUG',
  'BIN',
]

function helmEnvironment(home: string): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(VARIABLES.map((name) => [`HELM_${name}`, undefined])),
    KUBECONFIG: `${home}/kubeconfig`,
    HELM_CACHE_HOME: `${home}/cache`,
    HELM_CONFIG_HOME: `${home}/config`,
    HELM_DATA_HOME: `${home}/data`,
    HELM_PLUGINS: `${home}/plugins`,
  }
}

/** Advice, warnings and log lines. */
const NOISE = /^Use --debug flag|found symbolic link|^level=|^WARNING:|^\d{4}[-/]\d\d[-/]\d\d /

/** Why Helm did not render a chart, in one line, without the paths of copies. */
export function describeHelmFailure(reason: string, folder: string): string {
  return reason
    .replaceAll(`${folder}/`, '')
    .replace(/^Error: /, '')
    .trim()
}
