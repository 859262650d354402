import type { ResourceIdentifier } from '../../diagnostics/diagnostic.ts'
import type { FieldPath, Mapping, Scalar, YamlDocument, YamlNode } from '../../yaml/nodes.ts'
import type { Source } from '../../yaml/source.ts'
import type { EmbeddedText } from '../embedded-text.ts'
import type { ImageField } from '../image-field.ts'
import type { Resource } from '../resource.ts'
import type { DescribeObject } from '../visit.ts'
import type { ImageCandidate } from './candidate.ts'
import type { FieldOptions } from './field-options.ts'
import type { PathRule } from './field-rules.ts'
import type { UnknownField } from './unknown-fields.ts'
import type { UnreadableImage } from './unreadable-images.ts'

/** The result of the search for images: image fields, and values that may be images but are not edited. */
export interface FoundImages {
  /** The image fields, in document order, with the copies that are pinned with their image. */
  readonly fields: readonly ImageField[]
  /** Strings elsewhere that equal an image of a field and are not fields themselves (rule R7). */
  readonly copies: readonly ImageField[]
  /** Strings in which a rule expects YAML or JSON with images, but that cannot be searched or edited. */
  readonly unreadableTexts: readonly UnreadableText[]
  /** Values of ConfigMaps that no rule leads into, with Kubernetes objects whose images all have a digest: nobody has to pin those. */
  readonly pinnedTexts: readonly UnreadableText[]
  /** Values that look like an image, in fields that no rule covers. */
  readonly unknown: readonly UnknownField[]
  /** Containers and image volumes whose image is missing or not a string. */
  readonly unreadable: readonly UnreadableImage[]
  /** Uses of a parameter, such as `$(params.image)`, whose image is a field elsewhere: the value of the parameter. */
  readonly parameterTexts: ReadonlySet<Scalar>
  /** The documents that were searched: not those that the reader has not parsed because of their type. */
  readonly searched: readonly YamlDocument[]
  /** Whether copies were found that are pinned with their image; `fields` are in the order of the text then. */
  readonly hasPinnedCopies: boolean
  /** Whether images elsewhere in the stream could have changed the result: there are copies, or values that may be images. */
  readonly dependsOnOthers: boolean
}

/** What is known of the images in the other documents of a stream, if it is not searched as a whole. */
export interface OtherImages {
  /** The values of the other image fields. */
  readonly images: ReadonlySet<string>
  /** Whether the others have copies that are pinned, so that all fields of the stream are put into the order of the text. */
  readonly hasPinnedCopies: boolean
}

/** There are no other documents. */
export const NO_OTHER_IMAGES: OtherImages = { images: new Set(), hasPinnedCopies: false }

/** A string in which a rule expects YAML or JSON with images, but that cannot be searched or edited. */
export interface UnreadableText {
  readonly document: YamlDocument
  readonly resource: ResourceIdentifier
  /** The object around it. */
  readonly object: Mapping
  /** From the document's root. */
  readonly path: FieldPath
  readonly node: YamlNode
  /** Why it cannot be searched or edited. */
  readonly reason: string
}

/** The search for images in one resource. */
export interface Search {
  readonly document: YamlDocument
  readonly source: Source
  readonly resource: Resource
  readonly options: FieldOptions
  readonly results: SearchResults
  /** The texts of the resource that were read as documents, or the reason why that was not possible. */
  readonly texts: Map<Scalar, EmbeddedText | string>
  readonly nested: NestedSearch
}

/** The search for images in a document that is the text of a string. */
export interface NestedSearch {
  /** Searches the Kubernetes objects of a document. */
  objectsIn(document: YamlDocument, source: Source, options: FieldOptions): FoundImages
  /** Searches a resource by the rules that `describe` returns. */
  resource(search: Omit<Search, 'texts' | 'nested'>, describe: DescribeObject<PathRule>): void
}

/** What was found so far, in all resources of a stream. */
export interface SearchResults {
  readonly fields: ImageField[]
  readonly unreadableTexts: UnreadableText[]
  readonly pinnedTexts: UnreadableText[]
  readonly candidates: ImageCandidate[]
  readonly unknownInTexts: UnknownField[]
  readonly parameterTexts: Set<Scalar>
  readonly unreadable: UnreadableImage[]
}

/** Returns empty results, to which a search adds. */
export function emptyResults(): SearchResults {
  return {
    fields: [],
    unreadableTexts: [],
    pinnedTexts: [],
    candidates: [],
    unknownInTexts: [],
    unreadable: [],
    parameterTexts: new Set(),
  }
}
