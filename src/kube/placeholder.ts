interface Placeholder {
  /** What it is, in the words of a message: "is a placeholder (…)". */
  readonly name: string
  readonly expression: RegExp
}

/**
 * What authors and tools write where another step fills in the image. All but `auto` could not be a reference
 * anyhow. Facts: `docs/image-fields.md`, "Values that are left".
 */
const PLACEHOLDERS: readonly Placeholder[] = [
  // OpenShift's image triggers: Kubernetes lets white space stand in a pod template for their sake.
  { name: 'blank', expression: /^\s*$/ },
  // Istio's injector (`AutoImage`, pkg/kube/inject/webhook.go). It would be read as docker.io/library/auto.
  { name: "Istio's auto", expression: /^auto$/ },
  { name: 'ko', expression: /^ko:\/\// },
  { name: 'SOPS', expression: /^ENC\[/ },
  { name: 'Zarf', expression: /###ZARF_/ },
  { name: 'template', expression: /\{\{|\{%|<%/ },
  { name: '$(…)', expression: /\$\(/ },
  { name: 'variable', expression: /\$\{|\$[A-Za-z_]/ },
  { name: 'pattern', expression: /[*!|]/ },
  {
    name: 'to be filled in',
    expression: /<[^>]*>|^[A-Z]+(?: [A-Z]+)+$|(?:^|\/)[A-Z]+(?:_[A-Z]+)+(?=[/:@]|$)/,
  },
]

/**
 * Names the kind of placeholder that a value is, or holds; `undefined` for one that means itself.
 *
 * @param value what stands where an image should
 */
export function placeholderOf(value: string): string | undefined {
  return isOrdinary(value) ? undefined : PLACEHOLDERS.find(({ expression }) => expression.test(value))?.name
}

/**
 * Whether a value has nothing but what nearly every reference is made of: small letters, digits and the signs between.
 * No expression matches any of these but `auto` and `ko://…`, and to try ten takes as long as all else that is decided.
 */
function isOrdinary(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    const isLetter = code >= 0x61 && code <= 0x7a
    // From '-' to ':' are the full stop, the slash and the digits.
    const isSign = (code >= 0x2d && code <= 0x3a) || code === 0x40 || code === 0x5f
    if (!isLetter && !isSign) return false
  }
  return value !== '' && value !== 'auto' && !value.startsWith('ko:')
}
