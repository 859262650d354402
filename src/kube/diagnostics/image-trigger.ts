import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { mappingAt, resolveAlias, valueAt } from '../../yaml/lookup.ts'
import type { Mapping, YamlNode } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import { fieldsBeside } from '../field-documents.ts'
import type { ImageField } from '../image-field.ts'
import { locationOf } from '../location.ts'

const ANNOTATION = 'image.openshift.io/triggers'
const PARAMETERS = 'imageChangeParams'

/**
 * Reports images that OpenShift replaces when an image stream changes: by the annotation
 * `image.openshift.io/triggers`, or by a DeploymentConfig's automatic `imageChangeParams` (openshift/api apps/v1,
 * `DeploymentTriggerImageChangeParams`; image/v1 trigger package).
 */
export function imageTriggerDiagnostics(fields: readonly ImageField[], source: Source): Diagnostic[] {
  const namesOf = new Map<Mapping, ReadonlySet<string>>()
  return fieldsBeside(fields, source, ANNOTATION, PARAMETERS).flatMap((field): Diagnostic[] => {
    const { object, containerName } = field
    if (containerName === undefined || field.rule !== 'R1') return []
    const names = namesOf.get(object) ?? triggeredContainers(object)
    namesOf.set(object, names)
    if (!names.has(containerName)) return []
    return [
      {
        code: 'IMAGE_TRIGGERED',
        severity: 'warning',
        args: { image: field.image },
        at: locationOf(field, source),
      },
    ]
  })
}

function triggeredContainers(object: Mapping): ReadonlySet<string> {
  const annotation = object.stringAt('metadata', 'annotations', ANNOTATION)
  return new Set([
    ...(annotation === undefined ? [] : byAnnotation(annotation)),
    ...byDeploymentConfig(object),
  ])
}

/** A JSON list of `{from, fieldPath, paused}`; the path has the container's name, as `[?(@.name=="web")]`. */
function byAnnotation(text: string): string[] {
  const triggers = jsonList(text)
  return triggers.flatMap((trigger) => {
    const { fieldPath, paused } = (trigger ?? {}) as Record<string, unknown>
    if (typeof fieldPath !== 'string' || paused === true || paused === 'true') return []
    const name = /@\.name\s*==\s*(["'])(.+?)\1/.exec(fieldPath)?.[2]
    return name === undefined ? [] : [name]
  })
}

function jsonList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function byDeploymentConfig(object: Mapping): string[] {
  if (object.stringAt('kind') !== 'DeploymentConfig') return []
  return itemsAt(object, 'spec', 'triggers').flatMap((trigger) => {
    const params = trigger.kind === 'mapping' ? mappingAt(trigger, PARAMETERS) : undefined
    const automatic = params === undefined ? undefined : params.find('automatic')?.entry.value
    const isAutomatic = automatic?.kind === 'scalar' && automatic.value === 'true'
    if (params === undefined || !isAutomatic) return []
    return itemsAt(params, 'containerNames').flatMap((name) => (name.kind === 'scalar' ? [name.value] : []))
  })
}

function itemsAt(mapping: Mapping, ...path: readonly string[]): readonly YamlNode[] {
  const found = valueAt(mapping, ...path)
  return found?.kind === 'sequence' ? found.items.map(resolveAlias) : []
}
