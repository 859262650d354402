import type { Random } from '../random.ts'

const HOSTS = ['', '', 'ghcr.io/', 'quay.io/', 'registry.k8s.io/', 'registry.corp.example/'] as const
const TEAMS = ['platform', 'payments', 'search', 'identity', 'observability', 'edge'] as const
const PARTS = ['api', 'worker', 'web', 'proxy', 'agent', 'controller', 'exporter', 'migrate'] as const

/**
 * Distinct references as in charts: short Docker Hub names and full ones, with full versions.
 * @param count the number of references
 */
export function imageNames(random: Random, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const version = `${1 + random.below(4)}.${random.below(30)}.${random.below(12)}`
    return `${random.pick(HOSTS)}${random.pick(TEAMS)}/${random.pick(PARTS)}-${index}:${version}`
  })
}
