/**
 * The names of Docker Hub. Always compare with this table: a suffix test such as `endsWith('docker.io')` would send
 * credentials to `notdocker.io`.
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
  /** The path of official images: `nginx` is `library/nginx`. */
  officialPrefix: 'library/',
} as const

/** Whether a host name is exactly one of Docker Hub's. */
export function isDockerHub(host: string): boolean {
  return (DOCKER_HUB.hosts as readonly string[]).includes(host)
}

/**
 * Splits a name into domain and the rest as distribution/reference does (`normalize.go`, `splitDockerDomain`): the
 * first component is a domain if it is `localhost` or contains a dot, a colon or an upper-case letter. Other names are on
 * Docker Hub, single names under `library/`. Nothing is validated.
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
