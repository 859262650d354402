/** The result of kubectl's decoder for a case that is valid in the YAML Test Suite. */
export type KubectlReading =
  /** It rejects the stream. */
  | { readonly kind: 'refuses' }
  /** It reads other values than the suite expects, or fewer documents. */
  | { readonly kind: 'otherwise'; readonly documents: string }
  /** It reads the expected values. Pinpull still rejects the case, because it is too rare to be worth a risk. */
  | { readonly kind: 'alike'; readonly documents: string }

/** A case of the YAML Test Suite that Pinpull rejects on purpose. */
export interface RefusedCase {
  readonly id: string
  readonly kubectl: KubectlReading
  /** Pinpull's error. */
  readonly reason: string
}

const refuses: KubectlReading = { kind: 'refuses' }
const otherwise = (documents: string): KubectlReading => ({ kind: 'otherwise', documents })
const alike = (documents: string): KubectlReading => ({ kind: 'alike', documents })

const tag = (name: string): string =>
  `Kubernetes and other YAML readers disagree on the tag ${name}: write the value without a tag`
const anchor = (name: string): string =>
  `to Kubernetes the anchor name ${name} ends earlier: use only letters, digits, _ and -`

const DIRECTIVE =
  'kubectl cannot read a %TAG directive, since it ends a document at every --- line: write tags without one'
const PLAIN = 'Kubernetes splits plain text within brackets at a ? or a colon: quote it'
const COLON = 'Kubernetes needs a space after this colon'
const UNINDENTED = 'to Kubernetes, the text of a document that is a block scalar is indented: indent it'
const BEHIND_END = 'after a ... line kubectl only reads a document that begins with ---: add a --- line there'

const GIF =
  'GIF89a\\f\\u0000\\f\\u0000�\\u0000\\u0000���������fff\\u0000\\u0000\\u0000���^^^��펎����������������iiiccc' +
  '������������������������������������������������!�\\u000eMade with GIMP\\u0000,\\u0000\\u0000\\u0000\\u0000\\f\\u0000' +
  "\\f\\u0000\\u0000\\u0005,  ��0��@\\u0014�i\\u0010�ъ\\b\\u001cπM$z��0�p��1f\\r\\u001b�\\u0001�\\u0001\\u001e\\u0010' �" +
  '\\n\\u0001\\u0000;'

/**
 * The cases that are valid in the suite and that Pinpull rejects. The contract tests compare the second column with kubectl's decoder,
 * and the corpus tests the third with Pinpull.
 */
export const REFUSED_CASES: readonly RefusedCase[] = (
  [
    ['2SXE', refuses, anchor('a:')],
    ['2XXW', refuses, tag('!!set')],
    ['4ABK', otherwise('[{"http://foo.com":null,"omitted value:":null,"unquoted":"separate"}]'), COLON],
    [
      '565N',
      otherwise(
        `[{"canonical":"${GIF}","description":"The binary value above is a tiny arrow encoded as a gif image.","generic":"${GIF}"}]`,
      ),
      tag('!!binary'),
    ],
    ['58MP', refuses, PLAIN],
    ['5T43', refuses, PLAIN],
    ['5TYM', refuses, DIRECTIVE],
    ['652Z', otherwise('[{"bar":42,"foo":"bar"}]'), PLAIN],
    ['6CK3', refuses, DIRECTIVE],
    // The directive comes after the point where go-yaml stops reading, so kubectl reads the tag without it.
    ['6WLZ', alike('[null,"bar","bar"]'), DIRECTIVE],
    // A local tag in its full form. To allow this form, the list would also have to cover its escapes.
    ['7FWL', alike('[{"foo":"baz"}]'), tag('!<!bar>')],
    ['7Z25', otherwise('["scalar1"]'), BEHIND_END],
    ['9WXW', alike('["bar","bar"]'), DIRECTIVE],
    ['C4HZ', refuses, DIRECTIVE],
    ['CC74', refuses, DIRECTIVE],
    ['DBG4', refuses, PLAIN],
    ['DK3J', refuses, UNINDENTED],
    [
      'EXG3',
      refuses,
      'kubectl ends a document at every line that begins with ---, whatever follows: put a space in front of it, or behind',
    ],
    ['FH7J', refuses, tag('!!null')],
    ['FP8R', refuses, UNINDENTED],
    ['FRK4', refuses, COLON],
    ['HM87/00', refuses, PLAIN],
    ['HM87/01', otherwise('[[{"x":null}]]'), PLAIN],
    ['J7PZ', refuses, tag('!!omap')],
    ['JR7V', refuses, PLAIN],
    ['M2N8/01', refuses, 'Kubernetes does not accept an empty list or mapping as a key'],
    ['M7A3', otherwise('["Bare document"]'), BEHIND_END],
    ['P76L', refuses, DIRECTIVE],
    ['Q9WF', refuses, 'kubectl reads the braces at the start of this stream as a separate document'],
    ['U3C3', refuses, DIRECTIVE],
    ['UGM3', refuses, tag('!<tag:clarkevans.com,2002:invoice>')],
    ['W4TN', refuses, UNINDENTED],
    ['W5VH', refuses, anchor(':@*!$"<foo>:')],
    ['WZ62', refuses, tag('!!str')],
    ['Y2GN', otherwise('[{"key":":chor value"}]'), anchor('an:chor')],
    ['Z9M4', refuses, DIRECTIVE],
  ] as const
).map(([id, kubectl, reason]) => ({ id, kubectl, reason }))
