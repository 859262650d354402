import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { effectiveEntries } from '../../yaml/json-value.ts'
import { keyText, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { YamlDocument } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { type GroupVersionKind, gvkOfDocument } from '../gvk.ts'
import { locationAt } from '../location.ts'
import { itemsKeyOf, type Resource, resourcesOf } from '../resource.ts'

/**
 * The text that `flux build kustomization` writes in place of values encrypted by SOPS, alone or as a Docker configuration (flux2, internal/build/build.go, `maskSopsData`).
 */
const MASKS = ['**SOPS**', '***SOPS**', '{"mask":"**SOPS**"}']

/** Each mask as text and as base64; Flux writes either form, under `data` and under `stringData`. */
const MASKED_VALUES: ReadonlySet<string> = new Set(MASKS.flatMap((mask) => [mask, btoa(mask)]))

/**
 * Finds Secrets whose values are Flux's mask: a preview, which would replace the real values if it were applied.
 *
 * @returns one SECRET_MASKED for each Secret, at the first masked value
 */
export function maskedSecretDiagnostics(documents: readonly YamlDocument[], source: Source): Diagnostic[] {
  return documents
    .filter(mayHoldSecret)
    .flatMap((document) =>
      resourcesOf(document).flatMap((resource) => maskedValueIn(resource, document, source) ?? []),
    )
}

/** Whether a document is a Secret or a list, by the type at its root. Most documents need no further search. */
function mayHoldSecret(document: YamlDocument): boolean {
  // Asking an opaque document for its contents would read it.
  const gvk = document.unparsed === undefined ? gvkOfDocument(document) : undefined
  return gvk !== undefined && (isSecret(gvk) || itemsKeyOf(gvk) !== undefined)
}

function isSecret({ group, kind }: GroupVersionKind): boolean {
  return group === '' && kind === 'Secret'
}

function maskedValueIn(resource: Resource, document: YamlDocument, source: Source): Diagnostic | undefined {
  if (!isSecret(resource.gvk)) return undefined
  for (const part of ['data', 'stringData']) {
    const values = valueAt(resource.object, part)
    for (const entry of values?.kind === 'mapping' ? effectiveEntries(values) : []) {
      const value = resolveAlias(entry.value)
      if (value.kind !== 'scalar' || !MASKED_VALUES.has(value.value.trim())) continue
      const path = [...resource.path, part, keyText(entry) ?? '']
      const at = locationAt({ document, resource: resource.identifier, path, node: entry.value }, source)
      return { code: 'SECRET_MASKED', severity: 'error', args: {}, at }
    }
  }
  return undefined
}
