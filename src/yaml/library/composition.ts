import { Composer, CST, type Document, Lexer, Parser } from 'yaml'
import { createNestingError, createStackError, MAX_DEPTH, YamlError } from '../reading.ts'
import { decodeUtf8 } from '../source.ts'

/**
 * The options for npm `yaml`: the failsafe schema, because scalar-type.ts has Kubernetes' own rules for types. Duplicate
 * keys are allowed: go-yaml uses the last one, and npm `yaml` checks in quadratic time.
 */
export const LIBRARY_OPTIONS = {
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  // Kubernetes does not know !!set, !!omap and !!binary, for which npm `yaml` would build other nodes.
  resolveKnownTags: false,
  keepSourceTokens: true,
  logLevel: 'error',
} as const

/** The result of `composeDocument`: a document as npm `yaml` represents it, and its errors. */
export interface Composition {
  /** The first document in the text; a second one is an error. It may be invalid if there are errors. */
  readonly document: Document | undefined
  /** All YAML tags outside scalars and comments, in the order of the text: npm `yaml` keeps only what they resolve to. */
  readonly tags: readonly SourceTag[]
  /** In the order of the text; empty if it is valid. */
  readonly errors: readonly YamlError[]
}

/** A YAML tag as it is spelled in the source. */
export interface SourceTag {
  /** The byte offset in the text passed to `composeDocument`, not in the source. */
  readonly offset: number
  /** Such as `!!str`; decoded as Latin-1. */
  readonly text: string
}

/**
 * Lexes, parses and composes one document with npm `yaml`. Apart from its errors, a `%TAG` directive, a second `%YAML`
 * directive and a second document are errors; quoted scalars may be unindented (see `allowUnindentedQuotes`).
 * @param text the document, decoded as Latin-1
 * @param base the byte offset of the text in the source
 * @throws {YamlError} if collections are nested deeper than MAX_DEPTH, aliases not expanded, or the stack overflows
 */
export function composeDocument(text: string, base: number): Composition {
  const lexer = allowUnindentedQuotes(new Lexer())
  const parser = new Parser()
  const composer = new Composer(LIBRARY_OPTIONS)
  const documents: Document[] = []
  const tags: SourceTag[] = []
  const directives: YamlError[] = []
  let versions = 0
  const levels: Level[] = []
  let inScalar = false
  for (const lexeme of lexer.lex(text)) {
    if (!inScalar && lexeme.startsWith('!')) tags.push({ offset: parser.offset, text: lexeme })
    if (!inScalar && /^%YAML\s/.test(lexeme)) {
      versions += 1
      // Invalid by 1.2.2, section 6.8.1; npm `yaml` does not check it.
      if (versions === 2) directives.push(new YamlError(base + parser.offset, 'a second %YAML directive'))
    }
    if (!inScalar && /^%TAG\s/.test(lexeme))
      directives.push(new YamlError(base + parser.offset, TAG_DIRECTIVE))
    inScalar = !inScalar && lexeme === CST.SCALAR
    if (parser.stack.length > MAX_DEPTH && levelsOf(parser.stack, levels) > MAX_DEPTH)
      throw createNestingError(base + parser.offset)
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  const errors = documents.flatMap((document) => document.errors)
  // npm `yaml` reports a stack overflow as a syntax error.
  if (errors.some(({ message }) => /call stack size|Stack overflow/.test(message)))
    throw createStackError(base)
  const problems = errors
    .filter((error) => !isCommentAtLineStart(text, error.message, error.pos[0]))
    // After the first error, unexpected tokens are only consequences.
    .filter(({ code }, index) => index === 0 || code !== 'UNEXPECTED_TOKEN')
    .map((error) => new YamlError(base + error.pos[0], decodeUtf8(error.message)))
  problems.push(...directives)
  const second = documents[1]
  if (second?.range && problems.length === 0) {
    problems.push(new YamlError(base + second.range[0], 'a second document begins without a --- line'))
  }
  return { document: documents[0], tags, errors: problems.toSorted((a, b) => a.offset - b.offset) }
}

/**
 * In a flow mapping, npm `yaml` 2.9.1 (`resolveProps`) overlooks the line break before a comment in the first column, and
 * reports a missing space. The comment is valid by 1.2.2, rule 79 `s-l-comments`.
 */
function isCommentAtLineStart(text: string, message: string, offset: number): boolean {
  return message.startsWith('Comments must be separated') && text.charCodeAt(offset - 1) === 0x0a
}

const TAG_DIRECTIVE =
  'kubectl cannot read a %TAG directive, since it ends a document at every --- line: write tags without one'

/** A token on the parser's stack. */
interface Level {
  readonly token: CST.Token
  readonly type: string
  /** How many tokens up to this one are collections. */
  readonly count: number
}

/**
 * Counts the collections that the parser is in, because the composer will recurse into each of them.
 * @param known the stack at the last call, which is updated: only the topmost token can have changed its type
 */
function levelsOf(stack: readonly CST.Token[], known: Level[]): number {
  let same = Math.min(stack.length, known.length)
  while (same > 0 && !isSame(known[same - 1] as Level, stack[same - 1] as CST.Token)) same -= 1
  known.length = same
  for (const token of stack.slice(same)) {
    const isCollection = ['block-map', 'block-seq', 'flow-collection'].includes(token.type)
    known.push({ token, type: token.type, count: (known.at(-1)?.count ?? 0) + (isCollection ? 1 : 0) })
  }
  return known.at(-1)?.count ?? 0
}

function isSame({ token, type }: Level, now: CST.Token): boolean {
  return token === now && type === now.type
}

/**
 * Changes a lexer of npm `yaml` so that it accepts continuation lines of a quoted scalar at any indentation. By YAML
 * 1.2.2, rule 69 `s-flow-line-prefix`, they must be indented more than the collection around them. But go-yaml does not
 * require that, and manifests in use rely on it: in Argo's examples, the closing quote of an argument is in the column
 * of its key.
 *
 * The lexer has no option for this. The compiler and tests check that the overridden members still exist.
 * @returns the same lexer
 */
export function allowUnindentedQuotes(lexer: Lexer): Lexer {
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
