import type { ResourceIdentifier } from '../diagnostics/diagnostic.ts'
import type { Alias, Entry, FieldPath, Mapping, Scalar, YamlDocument } from '../yaml/nodes.ts'
import type { EmbeddedText } from './embedded-text.ts'

/** core/v1 `PullPolicy`. */
export type ImagePullPolicy = 'Always' | 'IfNotPresent' | 'Never'

/** Every value of core/v1 `PullPolicy`. */
export const PULL_POLICIES: readonly ImagePullPolicy[] = ['Always', 'IfNotPresent', 'Never']

/** What uses the image. `custom` is a field of a custom resource that is not a container. */
export type ContainerType = 'container' | 'initContainer' | 'ephemeralContainer' | 'imageVolume' | 'custom'

/** The rule that found a field: `docs/image-fields.md` has a section for each. */
export type FieldRule = 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6' | 'R7'

/** Where the pull policy of an image is, or would be, written. */
export interface PolicyField {
  /** `imagePullPolicy`, `pullPolicy` or what else the schema calls it. */
  readonly key: string
  /** The mapping that holds the key or would get it. */
  readonly mapping: Mapping
  /** The entry as it stands; absent where the key is not there. */
  readonly entry?: Entry
  /**
   * The entry's value, an alias followed: text, null, or what Kubernetes reads as a number or a boolean (`yes`). Absent where
   * the key is not there, or a mapping or a list stands there.
   */
  readonly scalar?: Scalar
  /** After which key (its first byte) a new entry would go. */
  readonly afterKey: number
  /** What the schema lets stand there. */
  readonly allowed: readonly ImagePullPolicy[]
}

/** How a reference is spelled in keys of one mapping. */
export interface SplitReference {
  /** The mapping in which the tag is written. */
  readonly mapping: Mapping
  /** The digest's key; absent where the schema has none, and the digest is written behind the tag. */
  readonly digestKey?: string
  /** The value under that key, where it is there. */
  readonly digest?: Scalar | Alias
  /** After which key (its first byte) a digest would be inserted. */
  readonly afterKey: number
}

/** A text with a field in it. Fields of the same text share its `text`. */
export interface EmbeddedField {
  /** The scalar that holds the text, in the outer document. */
  readonly container: Scalar
  readonly text: EmbeddedText
  /** The one of its documents that holds the field. */
  readonly document: YamlDocument
}

/** What a parameter stands for that is used for more than images, so that nothing is written there. */
export interface SharedParameter {
  readonly name: string
  /** What it stands for. */
  readonly text: string
  /** From the document's root to that. */
  readonly path: FieldPath
  readonly node: Pick<Scalar, 'start'>
  /** The entry of `spec.fields.rules` that would find it, as YAML on one line. */
  readonly entry: string
}

/** A place in a manifest that holds an image reference. */
export interface ImageField {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** The resource's own root mapping: the item's, inside a `List`. */
  readonly object: Mapping
  /** The mapping of the PodSpec around it, where there is one. */
  readonly podSpec?: Mapping
  /** From the document's root. */
  readonly path: FieldPath
  readonly rule: FieldRule
  readonly containerType: ContainerType
  /** The container's or volume's name. */
  readonly containerName?: string
  /** The value as it stands: the scalar, or the alias in its place. */
  readonly node: Scalar | Alias
  /** The scalar that holds the reference, an alias followed: two fields may share one. */
  readonly scalar: Scalar
  /** The reference. It is all of the scalar's value but for `prefix` and `suffix`, unless it is `split`. */
  readonly image: string
  /** What stands before the reference in the same scalar, such as `oci://`. */
  readonly prefix?: string
  /** What stands behind it. */
  readonly suffix?: string
  /** Where the reference is spelled in several keys, of which `scalar` is the tag's. */
  readonly split?: SplitReference
  /** Where the field stands in a document that stands in a string: that document is what `node` is of. */
  readonly embedded?: EmbeddedField
  /** Where the value is nothing but a parameter of the object, and that is used for more than images. */
  readonly parameter?: SharedParameter
  /** The digest may not be written without the tag, whatever the profile's form. */
  readonly keepTag?: true
  /** Absent where the schema has no policy field, so that none may be written. */
  readonly policy?: PolicyField
}
