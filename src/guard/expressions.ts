/**
 * The grammar of `src/reference` and the placeholders of `src/kube` in the syntax of RE2, which CEL's `matches` uses: the same
 * languages without lookahead, and with JavaScript's white space. `test/guard/expressions.test.ts` compares each with its original.
 */

const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const domain = String.raw`(?:${domainComponent}(?:\.${domainComponent})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`
const pathComponent = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const tag = '[0-9A-Za-z_][0-9A-Za-z_.-]{0,127}'

/** The first part of a name that is a domain, with its slash (`splitDockerDomain`). */
export const DOMAIN_PREFIX = '^(?:localhost|[^/]*[.:A-Z][^/]*)/'

/** Docker Hub's names with the slash, which is written `docker.io/`. */
export const DOCKER_HUB_PREFIX = String.raw`^(?:index\.)?docker\.io/`

/** A name with domain, path and optional tag, without a digest. */
export const NAME = `^${domain}/${pathComponent}(?:/${pathComponent})*(?::${tag})?$`

/** A digest of a known algorithm, with lower-case hex digits of exactly its length. */
export const DIGEST = '^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}|blake3:[0-9a-f]{64})$'

/** An image id, which is no reference; one with its algorithm is none with a digest behind it either. */
export const IMAGE_ID = '^(?:[a-f0-9]{64}|(?:sha256|sha384|sha512|blake3):[0-9a-fA-F]{12,}(?:@.*)?)$'

/** JavaScript's `\s` (ECMAScript, WhiteSpace and LineTerminator): every separator of Unicode, and six more. */
const space = String.raw`[\t\n\v\f\r\p{Z}\x{feff}]`

/** An action of a Helm template (`findHelmAction`). */
export const HELM_ACTION = String.raw`\{\{-?${space}*(?:[.$]|(?:include|template|tpl|printf|default|required|quote|if|with|range)${space})[^}]*\}\}`

/** Every placeholder (`placeholderOf`) but Istio's `auto`. */
export const PLACEHOLDER = [
  `^${space}*$`,
  '^ko://',
  String.raw`^ENC\[`,
  '###ZARF_',
  '<%',
  '[$][A-Za-z_]',
  // `{{` and `{%` have a brace, as what is to be filled in.
  String.raw`[*!|%?(){}#\x{2026}]`,
  '<[^<>]*>',
  String.raw`[^\n\r\x{2028}\x{2029}]\[`,
  '@[0-9A-Za-z_.-]+@',
  '(?:^|[/:])__[0-9A-Za-z_]*[A-Za-z][0-9A-Za-z_]*__(?:[/:@]|$)',
  String.raw`\.\.\.`,
  '^[A-Z]+(?: [A-Z]+)+$',
  '(?:^|/)[A-Z]+(?:[_-][A-Z]+)+(?:[/:@]|$)',
  '(?:^|[/:])(?:CHANGE|REPLACE|FILL|INSERT|YOUR)[_-]?[A-Z]+(?:[_-][A-Z]+)*(?:[/:@]|$)',
].join('|')

/** An IPv6 literal at the beginning of a text: any other opening bracket there is a placeholder. */
export const IPV6_PREFIX = String.raw`^\[[0-9a-fA-F:.]+\](?::[0-9]+)?/`

/** A full version as the first version of a tag, whose parts are separated by `-` and `_`. */
export const FULL_VERSION = String.raw`^(?:(?:v?|v[^-_0-9][^-_]*|[^-_v0-9][^-_]*)[-_])*v?[0-9]+\.[0-9]+\.[0-9]+`

/** A date, or a build number, as a part of a tag. */
export const DATE_OR_BUILD = '(?:^|[-_.])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[^0-9]|$)|[0-9]{8,}(?:[-_.]|$))'

/** A part of a tag that is a commit, if it has a decimal digit. */
export const COMMIT = '^g?[0-9a-f]{7,}$'

/** A part of a tag by which even a full version moves. */
export const MOVING =
  '(?i)(?:^|[-_.])(?:snapshot|nightly|latest|edge|dev|main|master|canary|unstable)(?:[-_.]|$)'

/**
 * Translates globs of `src/reference/pattern.ts` into one anchored expression that matches what any of them matches.
 * @param separator a character that only `**` matches; if omitted, `*` matches every character
 */
export function globsExpression(patterns: readonly string[], separator?: string): string {
  const [first = '', ...others] = patterns.map((pattern) => globBody(pattern, separator))
  return others.length === 0 ? `^${first}$` : `^(?:${[first, ...others].join('|')})$`
}

function globBody(pattern: string, separator: string | undefined): string {
  const inside = separator === undefined ? ANY : `[^${escapeExpression(separator)}]`
  return [...pattern.matchAll(/\*+|[^*]/gsu)]
    .map(([piece]) => {
      if (piece.startsWith('*')) return `${piece.length > 1 ? ANY : inside}*`
      return piece === '?' ? inside : escapeExpression(piece)
    })
    .join('')
}

/** Any character; with the dot, a line break would not be one. */
const ANY = '(?s:.)'

function escapeExpression(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')
}
