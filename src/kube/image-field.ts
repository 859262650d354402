import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import type { Alias, Entry, FieldPath, Mapping, Scalar, YamlDocument } from '../yaml/nodes.ts'
import type { EmbeddedText } from './embedded-text.ts'

/** core/v1 `PullPolicy`. */
export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never'

/** Every value of core/v1 `PullPolicy`. */
export const PULL_POLICIES: readonly ImagePullPolicy[] = ['Always', 'IfNotPresent', 'Never']

/** What uses an image. `custom` is a field of a custom resource that is not a container. */
export type ContainerType = 'container' | 'initContainer' | 'ephemeralContainer' | 'imageVolume' | 'custom'

/** The rule that found a field: `docs/image-fields.md` explains each. */
export type FieldRule = 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6' | 'R7'

/** The location of an image's pull policy in a document: its current entry, or where a new one would be inserted. */
export interface PolicyField {
  /** `imagePullPolicy`, `pullPolicy`, or another name in the schema. */
  readonly key: string
  /** The mapping that holds the key or would get it. */
  readonly mapping: Mapping
  /** The current entry; absent if there is none. */
  readonly entry?: Entry
  /**
   * The value of the entry, with an alias resolved: text, null, or a number or boolean (`yes`). Absent if there is no entry, or
   * its value is a mapping or a list.
   */
  readonly scalar?: Scalar
  /** The first byte of the key after which a new entry would be inserted. */
  readonly afterKey: number
  /** The values that the schema allows. */
  readonly allowed: readonly ImagePullPolicy[]
}

/** A reference whose parts are in several keys of one mapping. */
export interface SplitReference {
  /** The mapping that holds the tag. */
  readonly mapping: Mapping
  /** The key of the digest; absent if the schema has none, and the digest is written behind the tag. */
  readonly digestKey?: string | undefined
  /** The current value under that key. */
  readonly digest?: Scalar | Alias | undefined
  /** The first byte of the key after which a digest would be inserted. */
  readonly afterKey: number
}

/**
 * The YAML or JSON text in a string that contains an image field, such as a value of a ConfigMap. Fields in one string share
 * `text`.
 */
export interface EmbeddedField {
  /** The scalar that holds the text, in the outer document. */
  readonly container: Scalar
  readonly text: EmbeddedText
  /** The document of the text that holds the field. */
  readonly document: YamlDocument
}

/**
 * The parameter, such as a Tekton `params` entry, that gives a field its image but is used elsewhere too, so that its value is
 * not edited.
 */
export interface SharedParameter {
  readonly name: string
  /** The value. */
  readonly text: string
  /** From the document's root to the value. */
  readonly path: FieldPath
  readonly node: Pick<Scalar, 'start'>
  /** The entry of `spec.fields.rules` that would find the value, as YAML on one line. */
  readonly entry: string
}

/** A field of a manifest that contains an image reference, with the location of its pull policy. */
export interface ImageField {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** The root mapping of the resource: in a `List`, that of the item. */
  readonly object: Mapping
  /** The PodSpec that contains the field; absent outside of one. */
  readonly podSpec?: Mapping
  /** From the document's root. */
  readonly path: FieldPath
  readonly rule: FieldRule
  readonly containerType: ContainerType
  /** The container's or volume's name. */
  readonly containerName?: string
  /** The value as written: the scalar, or an alias of it. */
  readonly node: Scalar | Alias
  /** The scalar that holds the reference, with an alias resolved: two fields may share one. */
  readonly scalar: Scalar
  /** The reference: the scalar's value without `prefix` and `suffix`, unless it is `split`. */
  readonly image: string
  /** The text before the reference in the scalar, such as `oci://`. */
  readonly prefix?: string
  /** The text after it. */
  readonly suffix?: string
  /** Present if the parts of the reference are in several keys; `scalar` is the tag then. */
  readonly split?: SplitReference
  /** Present if the field is in a document that is the text of a string: `node` is a node of that document. */
  readonly embedded?: EmbeddedField
  /** Present if the value is a parameter of the object that is not only used for images. */
  readonly parameter?: SharedParameter
  /** The digest may not be written without the tag, whatever form the profile sets. */
  readonly keepTag?: true
  /** Absent if the schema has no pull policy, and none may be inserted. */
  readonly policy?: PolicyField
}

/** Where an image field is: numbers and names, and none of its nodes. */
export interface FieldPlace extends Pick<ImageField, 'resource' | 'path' | 'containerName'> {
  readonly document: Pick<YamlDocument, 'index'>
  /** The value in the outermost source, or the alias in place of the value. */
  readonly node: { readonly start: number }
}

/** Returns the place of an image field, from which its location can be computed when the field is no longer kept. */
export function placeOf({ document, node, embedded, resource, path, containerName }: ImageField): FieldPlace {
  const start =
    embedded?.text.text.mapEdit({ start: node.start, end: node.start, text: '' }).start ?? node.start
  return {
    document: { index: document.index },
    node: { start },
    resource,
    path,
    ...(containerName === undefined ? {} : { containerName }),
  }
}
