type Environment = Readonly<Record<string, string | undefined>>

/** Variables that CI systems set. Pipelines need current results, and often run on shared machines. */
const CI_VARIABLES = ['CI', 'BUILD_NUMBER', 'TF_BUILD', 'TEAMCITY_VERSION']

/** How long an answer is kept unless the user says otherwise, in milliseconds: five minutes, and not at all in CI. */
export function defaultLifetime(env: Environment): number {
  return isContinuousIntegration(env) ? 0 : 5 * 60 * 1000
}

/** Whether this run is in a CI system, where caching is off by default. */
export function isContinuousIntegration(env: Environment): boolean {
  return CI_VARIABLES.some((name) => !['', '0', 'false'].includes(env[name]?.toLowerCase() ?? ''))
}
