import { resolveAlias } from '../yaml/lookup.ts'
import type { Mapping } from '../yaml/nodes.ts'
import { decodeUtf8, type Source } from '../yaml/source.ts'

interface Placeholder {
  /** For the message "is a placeholder (…)". */
  readonly name: string
  readonly expression: RegExp
}

/** What authors and tools write where a later step fills in the image. All but `auto` are no valid reference. */
const PLACEHOLDERS: readonly Placeholder[] = [
  // OpenShift's image triggers: Kubernetes lets white space stand in a pod template for their sake.
  { name: 'blank', expression: /^\s*$/ },
  // Istio's injector (`AutoImage`, pkg/kube/inject/webhook.go). As a reference it would be docker.io/library/auto.
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
    expression: new RegExp(
      [
        // <name>, [name], {name}, #{name}#, ((name)): none of the signs can be in a reference, but for [::1] as a host.
        '<[^<>]*>',
        '[{}()#]',
        '^\\[(?![\\da-fA-F:.]+\\](?::\\d+)?/)|.\\[',
        // %name%, and @name@, which a digest cannot look like: it has a colon behind its algorithm.
        '%',
        '@[\\w.-]+@',
        // __name__, as a part of the name or as the tag.
        '(?:^|[/:])__(?=\\w*?[A-Za-z])\\w+__(?=[/:@]|$)',
        // …, ... and ???
        '\\.\\.\\.|…|\\?',
        // Words in capitals: FILLED BY THE OPERATOR, YOUR_ORG, YOUR-ORG, and REPLACE_ME or CHANGEME as the tag, too.
        '^[A-Z]+(?: [A-Z]+)+$',
        '(?:^|/)[A-Z]+(?:[_-][A-Z]+)+(?=[/:@]|$)',
        '(?:^|[/:])(?:CHANGE|REPLACE|FILL|INSERT|YOUR)[_-]?[A-Z]+(?:[_-][A-Z]+)*(?=[/:@]|$)',
      ].join('|'),
    ),
  },
]

/**
 * Looks for a placeholder, such as `${TAG}`, in the value of an image field.
 * @returns the kind of placeholder, for messages; undefined if the value has none
 */
export function placeholderOf(value: string): string | undefined {
  return isOrdinary(value) ? undefined : PLACEHOLDERS.find(({ expression }) => expression.test(value))?.name
}

/**
 * Whether a value consists of small letters, digits and the separators of a reference, and so is no placeholder, apart from
 * the few that are tested here. To try all expressions takes as long as everything else that is decided about a field.
 */
function isOrdinary(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    const isLetter = code >= 0x61 && code <= 0x7a
    // From '-' to ':' are the full stop, the slash and the digits.
    const isSign =
      (code >= 0x2d && code <= 0x3a) || (code === 0x40 && isAlgorithm(value, at)) || code === 0x5f
    if (!isLetter && !isSign) return false
  }
  return value !== '' && value !== 'auto' && !value.startsWith('ko:') && !/(?:^|[/:])__|\.\.\./.test(value)
}

/** Whether a digest's algorithm may follow an `@`, and not the end of `@name@`. */
function isAlgorithm(value: string, at: number): boolean {
  return /^@[a-z0-9+._-]+:/.test(value.slice(at, at + 20))
}

/**
 * Whether a mapping is an action of a template without quotes: `{{ .Values.image }}` is a mapping whose only key is a mapping.
 */
export function isTemplateAction(mapping: Mapping): boolean {
  if (mapping.style !== 'flow') return false
  const [first, ...others] = mapping.entries
  return first !== undefined && others.length === 0 && resolveAlias(first.key).kind === 'mapping'
}

/** Returns the template action (`{{ … }}`) at an offset of the source, up to the end of its line. */
export function templateActionAt(start: number, source: Source): string {
  const line = /^[^\r\n]*/.exec(source.text.slice(start, start + LONGEST_ACTION))?.[0] ?? ''
  return decodeUtf8(/^\{\{.*?\}\}/.exec(line)?.[0] ?? line)
}

/** In bytes: enough to know it by. */
const LONGEST_ACTION = 200

/** The beginning of an action of a Helm template: a value, a variable, or a function. */
const HELM_ACTION =
  /\{\{-?\s*(?:[.$]|(?:include|template|tpl|printf|default|required|quote|if|with|range)\s)/g

/**
 * @returns the first action of a Helm template in a text such as `"{{ .Values.image }}"`; undefined if there is none. Actions
 * of Argo and others, which are filled in in the cluster, begin with a name.
 */
export function findHelmAction(text: string): string | undefined {
  let passed = 0
  for (const { index, 0: head } of text.matchAll(HELM_ACTION)) {
    if (index < passed) continue
    // All that begin before the next brace end there, or nowhere: each is looked at once.
    const brace = text.indexOf('}', index + head.length)
    if (brace === -1) return undefined
    if (text[brace + 1] === '}') return text.slice(index, brace + 2)
    passed = brace
  }
  return undefined
}
