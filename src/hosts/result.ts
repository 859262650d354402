import type { Diagnostic, ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import { printable } from '../diagnostics/printable.ts'
import { formatHint, formatMessage } from '../report/format.ts'
import { stringAt } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'

/** A finding as KRM functions tell it: `Result` of the KRM functions specification v1. */
export interface Result {
  readonly message: string
  readonly severity: Diagnostic['severity']
  readonly resourceRef?: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace?: string
    readonly name: string
  }
  readonly field?: { readonly path: string; readonly currentValue?: string }
  readonly file?: { readonly path: string; readonly index?: number }
  /** `code` is the stable name of the finding. */
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Says a diagnostic as a result.
 *
 * @param diagnostic whose place, where it has one, is in the items of a ResourceList
 * @param items of that list, by position
 */
export function toResult(diagnostic: Diagnostic, items: readonly (Mapping | undefined)[]): Result {
  const { at, args, severity, code } = diagnostic
  const [, position, path] = /^items\[(\d+)\]\.?(.*)$/.exec(at?.path ?? '') ?? []
  const item = position === undefined ? undefined : items[Number(position)]
  const file = item === undefined ? undefined : fileOf(item)
  // The specification wants a name in every reference, and a reference with every field.
  const resourceRef = at?.resource?.name ? printableResource(at.resource) : undefined
  const currentValue = typeof args['image'] === 'string' ? { currentValue: printable(args['image']) } : {}
  return {
    message: `${formatMessage(diagnostic)}; ${formatHint(diagnostic)}`,
    severity,
    ...(resourceRef === undefined ? {} : { resourceRef }),
    ...(resourceRef === undefined || !path ? {} : { field: { path: printable(path), ...currentValue } }),
    ...(file === undefined ? {} : { file }),
    tags: { code },
  }
}

/** Orchestrators print results as they are. */
function printableResource({ apiVersion, kind, namespace, name }: ResourceIdentifier): ResourceIdentifier {
  return {
    apiVersion: printable(apiVersion),
    kind: printable(kind),
    ...(namespace === undefined ? {} : { namespace: printable(namespace) }),
    name: printable(name),
  }
}

/** Where the orchestrator read the item; kyaml moved these annotations to `internal.` and still writes both. */
function fileOf(item: Mapping): Result['file'] {
  const annotation = (name: string): string | undefined =>
    stringAt(item, 'metadata', 'annotations', `internal.config.kubernetes.io/${name}`) ??
    stringAt(item, 'metadata', 'annotations', `config.kubernetes.io/${name}`)
  const path = annotation('path')
  const index = Number(annotation('index'))
  if (path === undefined) return undefined
  const file = { path: printable(path) }
  return Number.isInteger(index) ? { ...file, index } : file
}
