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
    title: 'A placeholder stands where an image should',
    message: '"{image}" is a placeholder ({placeholder}) and is left as it is',
    hint: 'run Pinpull after the step that fills it in, if it is to be pinned',
  },
  IMAGE_PARAMETER_SHARED: {
    severity: 'warning',
    exit: 'input',
    title: 'An image is a parameter that is used for more than images',
    message:
      '"{image}" is the parameter {parameter}, which is not used for images alone: its value "{text}" at {path} (line {line}) is left unchanged',
    hint: 'if every use of it accepts a digest, add a line to spec.fields.rules: - {entry}',
  },
  FIELD_PATH_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'Not a path of fields',
    message: '"{path}" is not a path of fields: {reason} (at character {column})',
    hint: 'write it as spec.jobs[].image, with * for any key and ["a.b/c"] for a key with dots',
  },
  EMBEDDED_TEXT_LEFT: {
    severity: 'warning',
    exit: 'input',
    title: 'A text in a string was left as it is',
    message: 'the document in this string is left as it is: {reason}',
    hint: 'pin it where it is made, or write it as a literal block (|) of valid text',
  },
  IMAGE_COPY_LEFT: {
    severity: 'warning',
    exit: 'input',
    title: 'A copy of an image keeps its tag',
    message: '"{image}" is pinned where it is an image of this stream, and not here',
    hint: 'if the reader of this string should run the same image, set spec.fields.copies: pin',
  },
  IMAGE_TRIGGERED: {
    severity: 'warning',
    exit: 'input',
    title: 'OpenShift writes this image again',
    message: 'an image trigger of OpenShift sets "{image}" in the cluster, whatever stands here',
    hint: 'pin the image stream that the trigger watches, or take the trigger away',
  },
  ANNOTATION_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'An annotation whose value means nothing',
    message: '{annotation} is {value}, and has to be {wanted}',
    hint: 'correct it: docs/pull-policy.md lists the annotations',
  },
  ANNOTATION_UNKNOWN: {
    severity: 'warning',
    exit: 'input',
    title: 'An annotation that Pinpull does not know',
    message: 'there is no annotation {annotation}',
    hint: '{advice}',
  },
  ANNOTATION_UNUSED: {
    severity: 'warning',
    exit: 'input',
    title: 'An annotation that names a container that is not there',
    message: '{annotation} names {container}, and no container or volume with an image has that name',
    hint: 'correct the name, or remove it',
  },
  ANNOTATION_IGNORED: {
    severity: 'warning',
    exit: 'input',
    title: 'An annotation that the profile ignores',
    message: '{annotation} is ignored: profile {profile} says annotations: ignore',
    hint: 'remove the annotation, or add a rule to the profile that does the same',
  },
  PREPULL_LEFT_OUT: {
    severity: 'warning',
    exit: 'input',
    title: 'An image that cannot be pulled ahead',
    message: '"{image}" is for no Linux node, and is not pulled ahead',
    hint: 'load it onto its nodes by other means, or let them pull it when they need it',
  },
}
