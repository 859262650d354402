import fc from 'fast-check'
import { choicesFrom } from './choices.ts'
import { type Generated, generateStream } from './yaml-generator.ts'

/** Streams of documents like manifests in random styles; failing ones are shrunk to few and plain nodes. */
export function yamlStreams(): fc.Arbitrary<Generated> {
  return fc
    .array(fc.nat(5039), { minLength: 0, maxLength: 300, size: 'max' })
    .map((list) => generateStream(choicesFrom(list)))
}

/** Values for an image or another string field, including unusual ones. */
export function fieldValues(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('nginx:1.27@sha256:00', 'registry.example:5000/a/b', 'IfNotPresent'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('true', '12', '', ' a', 'a: b', "it's", 'é', '- a', 'a\nb', '\u2028', '"'),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
  )
}
