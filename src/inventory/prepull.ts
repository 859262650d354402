import type { Platform } from '../oci/platform.ts'
import { computeDigest } from '../reference/content-digest.ts'
import { formatYaml } from '../yaml/yaml-text.ts'
import { composeDaemonSet, type PrepullGroup, type PrepullOptions } from './daemon-set.ts'
import { type Placement, placementKey } from './placement.ts'

/** An image to pull onto nodes. */
export interface PrepullImage {
  /** The reference with its digest, as nodes pull it. */
  readonly image: string
  /** The last segment of the repository, for the name of the container. */
  readonly shortName: string
  /** Absent if unknown. */
  readonly platforms?: readonly Platform[] | undefined
  readonly placement: Placement
  /**
   * What uses the image. An image of a volume is always mounted, because it need not contain a program. An image of a custom
   * resource gets a DaemonSet of its own, because it may not be a container image.
   */
  readonly use: 'container' | 'volume' | 'custom'
}

/**
 * Composes DaemonSets that pull images onto nodes before a rollout: one for each combination of placement and
 * architectures. Images without a Linux platform are skipped.
 *
 * @param name the name of the DaemonSet; those for special nodes get a suffix
 * @returns the manifests, and the images that were skipped
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

/** Groups images by the nodes that can run them: an image that a node cannot run would block the others in its Pod. */
function groupsOf(
  images: readonly PrepullImage[],
  name: string,
  helper: readonly Platform[] | undefined,
): PrepullGroup[] {
  const groups = new Map<string, PrepullImage[]>()
  for (const image of images) {
    const { placement, platforms, use } = image
    const key = JSON.stringify([placementKey(placement), architectureKey(platforms), use === 'custom'])
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
  const isUsual =
    isAnywhere(placement) && use !== 'custom' && architectureKey(members[0]?.platforms) === 'usual'
  const images = new Map(
    members.map(({ image, shortName, use: by }) => [image, { image, shortName, isMounted: by === 'volume' }]),
  )
  return {
    name: isUsual ? name : `${name}-${shortHash(key)}`,
    placement,
    images: [...images.values()],
    architectures,
  }
}

/** Depends only on the placement, so that the DaemonSet of the next rollout replaces this one. */
function shortHash(text: string): string {
  return computeDigest('sha256', new TextEncoder().encode(text)).slice('sha256:'.length, 'sha256:'.length + 8)
}

function isAnywhere({ nodeSelector, tolerations, nodeTerms, pullSecrets }: Placement): boolean {
  return Object.keys(nodeSelector).length + tolerations.length + nodeTerms.length + pullSecrets.length === 0
}

/**
 * The architectures that images are grouped by: `usual` if an image has both amd64 and arm64, which clusters mix; one of
 * them, if it has only that; otherwise all that it has.
 */
function architectureKey(
  platforms: readonly Platform[] | undefined,
): 'usual' | 'unknown' | readonly string[] {
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

/** The architectures that all images have; undefined if none of them is known. */
function sharedArchitectures(
  platforms: readonly (readonly Platform[] | undefined)[],
): readonly string[] | undefined {
  const known = platforms.flatMap((one) => (one === undefined ? [] : [linuxArchitectures(one)]))
  return known[0]?.filter((architecture) => known.every((set) => set.includes(architecture)))
}
