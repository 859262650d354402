import type { Lexer } from 'yaml'

/**
 * Makes a lexer of npm `yaml` take later lines of a quoted scalar in brackets or braces at any indentation. By 1.2.2, rule
 * 69 `s-flow-line-prefix`, they are indented more than what is around the brackets, and go-yaml, which Kubernetes reads
 * with, does not ask for that. Manifests do without, as Argo's own examples:
 *
 *     args: ["
 *       apk update
 *     "]
 *
 * The lexer has no option for it; that what is overridden is still there is held by the compiler and by tests.
 */
export function tolerateUnindentedQuotes(lexer: Lexer): Lexer {
  const strict = lexer['parseQuotedScalar'].bind(lexer)
  lexer['parseQuotedScalar'] = function* () {
    const indent = lexer['indentNext']
    if (lexer['flowLevel'] > 0) lexer['indentNext'] = 0
    try {
      return yield* strict()
    } finally {
      lexer['indentNext'] = indent
    }
  }
  return lexer
}
