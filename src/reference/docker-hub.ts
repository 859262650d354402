/**
 * The one table of Docker Hub's names. Everything that must know that two of them are the same asks here:
 * suffix tests such as `endsWith('docker.io')` send credentials to `notdocker.io`.
 */
export const DOCKER_HUB = {
  /** The domain in a normalised reference (distribution/reference `normalize.go`, `defaultDomain`). */
  domain: 'docker.io',
  /** The host that serves its registry. */
  registryHost: 'registry-1.docker.io',
  /** The key under which docker keeps its credentials (docker/cli `IndexServer`). */
  credentialsKey: 'https://index.docker.io/v1/',
  /** Every host name that means Docker Hub. */
  hosts: ['docker.io', 'index.docker.io', 'registry-1.docker.io'],
  /** Where its official images live: `nginx` is `library/nginx`. */
  officialPrefix: 'library/',
} as const

/** Whether a host name is one of Docker Hub's, to the letter. */
export function isDockerHub(host: string): boolean {
  return (DOCKER_HUB.hosts as readonly string[]).includes(host)
}

/**
 * Splits a name into domain and the rest as distribution/reference does (`normalize.go`, `splitDockerDomain`): the
 * first component is a domain if it is `localhost`, or holds a dot, a colon or an upper-case letter; all else lives
 * on Docker Hub, single names under `library/`. Nothing is validated.
 */
export function splitDockerDomain(name: string): { domain: string; rest: string } {
  const slash = name.indexOf('/')
  if (slash < 0) return onDockerHub(name)
  const first = name.slice(0, slash)
  const rest = name.slice(slash + 1)
  if (first === 'index.docker.io' || first === DOCKER_HUB.domain) return onDockerHub(rest)
  if (first === 'localhost' || first.includes('.') || first.includes(':') || first.toLowerCase() !== first) {
    return { domain: first, rest }
  }
  return onDockerHub(name)
}

function onDockerHub(rest: string): { domain: string; rest: string } {
  return {
    domain: DOCKER_HUB.domain,
    rest: rest.includes('/') ? rest : `${DOCKER_HUB.officialPrefix}${rest}`,
  }
}

/** The one name of a registry's host, in lower case: every name of Docker Hub is `docker.io`. */
export function normalizeHost(host: string): string {
  const lower = host.toLowerCase()
  return isDockerHub(lower) ? DOCKER_HUB.domain : lower
}

/** The rule for a registry, by any of its names; else the rule for `*`, if there is one. */
export function ruleFor<Rule extends { readonly host: string }>(
  rules: readonly Rule[],
  host: string,
): Rule | undefined {
  const wanted = normalizeHost(host)
  return rules.find((rule) => normalizeHost(rule.host) === wanted) ?? rules.find((rule) => rule.host === '*')
}
