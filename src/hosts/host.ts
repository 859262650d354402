import { Buffer } from 'node:buffer'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { type Chunks, concatChunks, dropBytes } from '../yaml/edit/splice.ts'
import type { YamlDocument } from '../yaml/nodes.ts'
import type { Source } from '../yaml/source.ts'
import type { HelmPreamble } from './helm-preamble.ts'
import { composeResourceList } from './krm-results.ts'
import { checkNoObjectsLost } from './lost-objects.ts'
import { findResourceList, type ResourceList } from './resource-list.ts'

/** The kind of program that called Pinpull, by the output that it expects. */
export type Host =
  /** A pipe, Helm 3, or kustomize's legacy exec plugin: the stream, or nothing after an error. */
  | { readonly kind: 'stream'; readonly preamble?: HelmPreamble | undefined }
  /** Helm 4: like `stream`, but blank output is an error. */
  | { readonly kind: 'helm-plugin'; readonly preamble?: HelmPreamble | undefined }
  /** kustomize and kpt: always a ResourceList, with the diagnostics in it. */
  | { readonly kind: 'resource-list'; readonly list: ResourceList }

/** What arguments and environment reveal about the caller. */
export interface Caller {
  /** Whether Helm calls Pinpull as a plugin (`HELM_PLUGIN_DIR` is set). */
  readonly helmPlugin: boolean
  /** Whether kustomize or kpt calls Pinpull as a KRM function. */
  readonly krm: boolean
  /** The lines that Helm wrote before the manifests. */
  readonly preamble?: HelmPreamble | undefined
}

/**
 * Detects what output the caller expects. The stream alone never decides it, because its authors are trusted less than the
 * caller.
 *
 * @param documents all documents of the stream
 */
export function detectHost(documents: readonly YamlDocument[], { helmPlugin, krm, preamble }: Caller): Host {
  const list = krm ? findResourceList(documents) : undefined
  if (list !== undefined) return { kind: 'resource-list', list }
  return { kind: helmPlugin ? 'helm-plugin' : 'stream', preamble }
}

/**
 * Diagnostics about what the host did to the stream.
 *
 * @param diagnostics all diagnostics about the manifests
 */
export function hostDiagnostics(host: Host, diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (host.kind === 'resource-list') return []
  if (host.preamble !== undefined) {
    const { chart, digest } = host.preamble
    return [{ code: 'HELM_PREAMBLE_REMOVED', severity: 'info', args: { chart, digest } }]
  }
  const hasBrokenAlias = host.kind === 'helm-plugin' && diagnostics.some(isDanglingAlias)
  return hasBrokenAlias ? [{ code: 'HELM_BROKE_ALIAS', severity: 'info', args: {} }] : []
}

function isDanglingAlias({ code, args }: Diagnostic): boolean {
  return code === 'YAML_INVALID' && /^the alias \*.* stands for no anchor/.test(String(args['reason']))
}

/** The output for Helm 4 if there are no manifests. */
const NO_MANIFESTS = '# pinpull: no manifests\n'

/**
 * Composes what is written to standard output.
 *
 * @param source the input
 * @param output the transformed manifests; undefined if the run failed
 * @param diagnostics all diagnostics of the run
 * @returns undefined if nothing may be written
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
      const manifests = preamble === undefined ? output : dropPreamble(output, preamble)
      return host.kind === 'helm-plugin' && manifests.every(isBlank) ? [Buffer.from(NO_MANIFESTS)] : manifests
    }
  }
}

/** No change lies before the end of the preamble, since no manifest begins there. */
function dropPreamble(output: Chunks, { length, kept }: HelmPreamble): Chunks {
  const rest = dropBytes(output, length)
  return kept === '' ? rest : [Buffer.from(kept, 'latin1'), ...rest]
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d))
}
