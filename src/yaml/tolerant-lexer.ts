import type { Lexer } from 'yaml'

/**
 * Makes a lexer of npm `yaml` take later lines of a quoted scalar at any indentation. By 1.2.2, rule 69
 * `s-flow-line-prefix`, they are indented more than what is around them; go-yaml, which Kubernetes reads with, does not ask
 * for that, and manifests that are in use do without: Argo's examples close an argument's quotes in the column of its key,
 * and an operator's install manifest folds a description there.
 *
 * The lexer has no option for it; that what is overridden is still there is held by the compiler and by tests.
 */
export function tolerateUnindentedQuotes(lexer: Lexer): Lexer {
  const strict = lexer['parseQuotedScalar'].bind(lexer)
  lexer['parseQuotedScalar'] = function* () {
    const indent = lexer['indentNext']
    lexer['indentNext'] = 0
    try {
      return yield* strict()
    } finally {
      lexer['indentNext'] = indent
    }
  }
  return lexer
}
