import type { Diagnostic, Location, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { formatHint, formatMessage } from './message.ts'

/**
 * Merges diagnostics about the Pods of one owner that say the same of the same container into one about the owner, with the number
 * of its Pods: to correct them is to correct the owner.
 * @param ownerOf finds the owner of a Pod; undefined for one without, and for every other object
 * @returns in the order of the first of each
 */
export function mergeByOwner(
  diagnostics: readonly Diagnostic[],
  ownerOf: (pod: ResourceIdentifier) => ResourceIdentifier | undefined,
): readonly Diagnostic[] {
  const merged = new Map<string, { diagnostic: Diagnostic; pods: Set<string> }>()
  for (const [index, diagnostic] of diagnostics.entries()) {
    const { at } = diagnostic
    const pod = at?.resource
    const owner = pod?.kind === 'Pod' ? ownerOf(pod) : undefined
    if (at === undefined || pod === undefined || owner === undefined) {
      merged.set(String(index), { diagnostic, pods: new Set() })
      continue
    }
    const key = keyOf(diagnostic, at, owner)
    const known = merged.get(key) ?? {
      diagnostic: { ...diagnostic, at: locationOf(at, owner) },
      pods: new Set<string>(),
    }
    merged.set(key, known)
    known.pods.add(pod.name)
  }
  return [...merged.values()].map(({ diagnostic, pods }) =>
    pods.size === 0 ? diagnostic : { ...diagnostic, at: { ...diagnostic.at, pods: pods.size } },
  )
}

function keyOf(diagnostic: Diagnostic, at: Location, { kind, namespace, name }: ResourceIdentifier): string {
  const { code, severity } = diagnostic
  const text = [formatMessage(diagnostic), formatHint(diagnostic)]
  return JSON.stringify([code, severity, ...text, kind, namespace, name, at.container, pathOf(at)])
}

/** Without the position in the stream, which is that of one of the Pods. */
function locationOf(at: Location, owner: ResourceIdentifier): Location {
  const { file, container } = at
  const path = pathOf(at)
  return {
    ...(file === undefined ? {} : { file }),
    resource: owner,
    ...(container === undefined ? {} : { container }),
    ...(path === undefined ? {} : { path }),
  }
}

/** Below the Pod, which is an item of a list. */
function pathOf({ path }: Location): string | undefined {
  return path?.replace(/^items\[\d+\]\./, '')
}
