import type { Platform } from '../oci/platform.ts'
import { computeDigest } from '../reference/content-digest.ts'
import { composeDaemonSet, type PrepullGroup, type PrepullOptions } from './daemon-set.ts'
import { type Placement, placementKey } from './placement.ts'
import { formatYaml } from './yaml-text.ts'

/** An image for nodes to pull. */
export interface PrepullImage {
  /** With its digest, under the name that the nodes pull by. */
  readonly image: string
  /** The repository's last part, for the container's name. */
  readonly shortName: string
  /** Absent where nobody was asked. */
  readonly platforms?: readonly Platform[]
  readonly placement: Placement
  /**
   * What uses it. An image volume's is mounted whatever the method, since nothing in it need be a program; one of a
   * custom resource is pulled apart from the others, since it may be no container image at all.
   */
  readonly use: 'container' | 'volume' | 'custom'
}

/**
 * Composes DaemonSets that pull images onto nodes ahead of a rollout: one for each set of nodes, pull secrets and
 * processor architectures. Images that no Linux node can run are left out.
 *
 * @param name names the DaemonSets; those for special nodes get a suffix
 * @returns manifests, and the images that were left out
 */
export function composePrepull(
  images: readonly PrepullImage[],
  name: string,
  options: PrepullOptions,
): { readonly manifests: string; readonly leftOut: readonly string[] } {
  const isForLinux = ({ platforms }: PrepullImage): boolean =>
    platforms === undefined || platforms.some(({ os }) => os === 'linux')
  const leftOut = [...new Set(images.filter((one) => !isForLinux(one)).map(({ image }) => image))]
  const manifests = groupsOf(images.filter(isForLinux), name, options.helperPlatforms).map(
    (group) => `---\n${formatYaml(composeDaemonSet(group, options))}`,
  )
  return { manifests: `${HEAD}${manifests.join('')}`, leftOut }
}

const HEAD = `# Pulls images onto nodes ahead of a rollout. Written by "pinpull prepull". Apply it; wait until all is pulled
# with "kubectl rollout status"; roll out; then delete it:
#   kubectl delete daemonsets --all-namespaces -l app.kubernetes.io/managed-by=pinpull
`

/** One group, one DaemonSet: an image that a node cannot run would keep it from pulling the rest. */
function groupsOf(
  images: readonly PrepullImage[],
  name: string,
  helper: readonly Platform[] | undefined,
): PrepullGroup[] {
  const groups = new Map<string, PrepullImage[]>()
  for (const image of images) {
    const { placement, platforms, use } = image
    const key = JSON.stringify([placementKey(placement), machines(platforms), use === 'custom'])
    groups.set(key, [...(groups.get(key) ?? []), image])
  }
  return [...groups].map(([key, members]) => groupOf(members, key, name, helper))
}

function groupOf(
  members: readonly PrepullImage[],
  key: string,
  name: string,
  helper: readonly Platform[] | undefined,
): PrepullGroup {
  const { placement, use } = members[0] as PrepullImage
  const architectures = sharedArchitectures([...members.map(({ platforms }) => platforms), helper])
  const isUsual = isAnywhere(placement) && use !== 'custom' && machines(members[0]?.platforms) === 'usual'
  const images = new Map(
    members.map(({ image, shortName, use: by }) => [image, { image, shortName, isMounted: by === 'volume' }]),
  )
  return {
    name: isUsual ? name : `${name}-${shortHash(key)}`,
    placement,
    images: [...images.values()],
    ...(architectures === undefined ? {} : { architectures }),
  }
}

/** Stays the same as long as the nodes do, so that the next rollout's DaemonSet takes the place of this one's. */
function shortHash(text: string): string {
  return computeDigest('sha256', new TextEncoder().encode(text)).slice('sha256:'.length, 'sha256:'.length + 8)
}

function isAnywhere({ nodeSelector, tolerations, nodeTerms, pullSecrets }: Placement): boolean {
  return Object.keys(nodeSelector).length + tolerations.length + nodeTerms.length + pullSecrets.length === 0
}

/**
 * What tells images apart by where they run: `usual` for those that have both architectures that clusters mix, else
 * which of the two, else all that they have. Images with more than the usual two are not told apart by the rest.
 */
function machines(platforms: readonly Platform[] | undefined): 'usual' | 'unknown' | readonly string[] {
  if (platforms === undefined) return 'unknown'
  const all = linuxArchitectures(platforms)
  const usual = all.filter((architecture) => architecture === 'amd64' || architecture === 'arm64')
  if (usual.length === 2) return 'usual'
  return usual.length === 1 ? usual : all
}

function linuxArchitectures(platforms: readonly Platform[]): string[] {
  const linux = platforms.filter(({ os }) => os === 'linux')
  return [...new Set(linux.map(({ architecture }) => architecture))].sort()
}

/** The architectures that all of these have; undefined where none of them is known. */
function sharedArchitectures(
  platforms: readonly (readonly Platform[] | undefined)[],
): readonly string[] | undefined {
  const known = platforms.flatMap((one) => (one === undefined ? [] : [linuxArchitectures(one)]))
  return known[0]?.filter((architecture) => known.every((set) => set.includes(architecture)))
}
