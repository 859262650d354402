import { Buffer } from 'node:buffer'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type Chunks, concatChunks, dropBytes } from '../yaml/edit/splice.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import type { HelmPreamble } from './helm-preamble.ts'
import { composeResourceList } from './krm-results.ts'
import { checkNoObjectsLost } from './lost-objects.ts'
import { findResourceList, type ResourceList } from './resource-list.ts'

/** The program around us, by what it wants back. */
export type Host =
  /** A pipe, Helm 3, kustomize's legacy exec plugin: the stream, or nothing. */
  | { readonly kind: 'stream'; readonly preamble?: HelmPreamble | undefined }
  /** Helm 4, which takes blank output for a mistake. */
  | { readonly kind: 'helm-plugin'; readonly preamble?: HelmPreamble | undefined }
  /** kustomize and kpt: always a ResourceList, with the findings in it. */
  | { readonly kind: 'resource-list'; readonly list: ResourceList }

/** What the caller has said of itself, by arguments and environment. */
export interface Caller {
  /** Helm has called us as a plugin (`HELM_PLUGIN_DIR` is set). */
  readonly helmPlugin: boolean
  /** kustomize or kpt has called us as a KRM function. */
  readonly krm: boolean
  /** What Helm wrote before the manifests, where it did. */
  readonly preamble?: HelmPreamble | undefined
}

/**
 * Finds out what the caller wants back. The caller says so itself: what a stream holds is chosen by others, who must not
 * choose what is believed of it.
 *
 * @param documents of the stream
 */
export function detectHost(documents: readonly YamlDocument[], { helmPlugin, krm, preamble }: Caller): Host {
  const list = krm ? findResourceList(documents) : undefined
  if (list !== undefined) return { kind: 'resource-list', list }
  return { kind: helmPlugin ? 'helm-plugin' : 'stream', preamble }
}

/**
 * What there is to say about the host itself, beside the findings about the manifests.
 *
 * @param diagnostics of the run
 */
export function hostDiagnostics(host: Host, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (host.kind === 'resource-list') return []
  if (host.preamble !== undefined) {
    const { chart, digest } = host.preamble
    return [{ code: 'HELM_PREAMBLE_REMOVED', severity: 'info', args: { chart, digest } }]
  }
  const broke = host.kind === 'helm-plugin' && diagnostics.some(isDanglingAlias)
  return broke ? [{ code: 'HELM_BROKE_ALIAS', severity: 'info', args: {} }] : []
}

function isDanglingAlias({ code, args }: Diagnostic): boolean {
  return code === 'YAML_INVALID' && /^the alias \*.* stands for no anchor/.test(String(args['reason']))
}

/** What Helm 4 gets where there is nothing to apply. */
const NOTHING = '# pinpull: no manifests\n'

/**
 * Makes what goes to standard output.
 *
 * @param host who gets it
 * @param source what came in
 * @param output the manifests to hand back; absent where the run failed
 * @param diagnostics all findings
 * @returns nothing where nothing may be written
 * @throws {PinpullError} OBJECTS_LOST
 */
export function composeOutput(
  host: Host,
  source: Source,
  output: Chunks | undefined,
  diagnostics: readonly Diagnostic[],
): Chunks | undefined {
  switch (host.kind) {
    case 'resource-list':
      return [composeResourceList(host.list, source, output && concatChunks(output), diagnostics)]
    case 'helm-plugin':
    case 'stream': {
      if (output === undefined) return undefined
      checkNoObjectsLost(source.bytes, output)
      const { preamble } = host
      const manifests = preamble === undefined ? output : dropBytes(output, preamble.length)
      return host.kind === 'helm-plugin' && manifests.every(isBlank) ? [Buffer.from(NOTHING)] : manifests
    }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
}
