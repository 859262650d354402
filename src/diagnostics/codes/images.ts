import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about images in manifests: their fields, their text, annotations about them, and lists made of them. */
export type ImageCode =
  | 'REFERENCE_INVALID'
  | 'IMAGE_PLACEHOLDER'
  | 'IMAGE_PARAMETER_SHARED'
  | 'FIELD_PATH_INVALID'
  | 'EMBEDDED_TEXT_LEFT'
  | 'IMAGE_COPY_LEFT'
  | 'IMAGE_TRIGGERED'
  | 'ANNOTATION_INVALID'
  | 'ANNOTATION_UNKNOWN'
  | 'ANNOTATION_UNUSED'
  | 'ANNOTATION_IGNORED'
  | 'PREPULL_LEFT_OUT'
  | 'POST_RENDERER_LEFT_OUT'

export const imageCodes: Readonly<Record<ImageCode, CatalogueEntry>> = {
  REFERENCE_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'Not an image reference',
    message: '"{image}" is not an image reference: {reason}',
    hint: 'correct the image, or exclude this field',
  },
  IMAGE_PLACEHOLDER: {
    severity: 'warning',
    exit: 'input',
    title: 'A placeholder in place of an image',
    message: '"{image}" is a placeholder ({placeholder}) and is left unchanged',
    hint: 'to pin it, run Pinpull after the step that fills it in',
  },
  IMAGE_PARAMETER_SHARED: {
    severity: 'warning',
    exit: 'input',
    title: 'An image parameter that is not only used for images',
    message:
      '"{image}" is the parameter {parameter}, which is not only used for images: its value "{text}" at {path} (line {line}) is left unchanged',
    hint: 'if every use of it accepts a digest, add a line to spec.fields.rules: - {entry}',
  },
  FIELD_PATH_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'Not a field path',
    message: '"{path}" is not a field path: {reason} (at character {column})',
    hint: 'write it as spec.jobs[].image, with * for any key and ["a.b/c"] for a key with dots',
  },
  EMBEDDED_TEXT_LEFT: {
    severity: 'warning',
    exit: 'input',
    title: 'A document in a string was left unchanged',
    message: 'the document in this string is left unchanged: {reason}',
    hint: 'pin it where it is generated; where no rule covers it, add one to spec.fields.rules, with "embedded: {format: yaml, path: …}"; else write it as a literal block (|) of valid text',
  },
  IMAGE_COPY_LEFT: {
    severity: 'warning',
    exit: 'input',
    title: 'A copy of an image keeps its tag',
    message: '"{image}" is pinned elsewhere in this input, but not in this string',
    hint: 'to pin copies in strings as well, set spec.fields.copies: pin',
  },
  IMAGE_TRIGGERED: {
    severity: 'warning',
    exit: 'input',
    title: 'OpenShift overwrites this image',
    message: 'an OpenShift image trigger overwrites "{image}" in the cluster',
    hint: 'pin the image stream that the trigger watches, or remove the trigger',
  },
  ANNOTATION_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'An annotation with an invalid value',
    message: '{annotation} is {value}, but must be {wanted}',
    hint: 'correct it: docs/pull-policy.md lists the annotations',
  },
  ANNOTATION_UNKNOWN: {
    severity: 'warning',
    exit: 'input',
    title: 'An unknown annotation',
    message: 'unknown annotation {annotation}',
    hint: '{advice}',
  },
  ANNOTATION_UNUSED: {
    severity: 'warning',
    exit: 'input',
    title: 'An annotation for a container that does not exist',
    message: '{annotation} names {container}, but no container or volume with an image has that name',
    hint: 'correct the name, or remove it',
  },
  ANNOTATION_IGNORED: {
    severity: 'warning',
    exit: 'input',
    title: 'An annotation that the profile ignores',
    message: '{annotation} is ignored: profile {profile} sets annotations: ignore',
    hint: 'remove the annotation, or add a rule to the profile that does the same',
  },
  PREPULL_LEFT_OUT: {
    severity: 'warning',
    exit: 'input',
    title: 'An image that cannot be pre-pulled',
    message: '"{image}" runs on no Linux node, so it is not pre-pulled',
    hint: 'load it onto its nodes by other means, or let them pull it when needed',
  },
  POST_RENDERER_LEFT_OUT: {
    severity: 'warning',
    exit: 'input',
    title: 'An image that a post-renderer of Flux cannot pin',
    message: '"{image}" is not pinned by the post-renderer: {reason}',
    hint: 'set its digest in the values of the chart',
  },
}
