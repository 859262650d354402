import { Composer, CST, type Document, Lexer, Parser } from 'yaml'
import { MAX_DEPTH, nestingError, stackError, YamlError } from '../reading.ts'
import { decodeUtf8 } from '../source.ts'

/**
 * The failsafe schema, since Kubernetes' own typing is in `schema.ts`. The library's check for unique keys compares
 * every key of a mapping with every other, and go-yaml lets the last of equal keys win: so it is off.
 */
export const OPTIONS = {
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  // Kubernetes knows no !!set, !!omap or !!binary; the library would build other nodes for them.
  resolveKnownTags: false,
  keepSourceTokens: true,
  logLevel: 'error',
} as const

/** A document as the library composes it. */
export interface Composition {
  readonly document: Document | undefined
  /** Where tags stand, relative to the document's text: the library keeps only what they resolve to. */
  readonly tags: readonly SourceTag[]
  readonly errors: readonly YamlError[]
}

/** A tag as it is written. */
export interface SourceTag {
  readonly offset: number
  readonly text: string
}

/**
 * Has the library lex, parse and compose one document.
 * @param text of the document, decoded as latin1
 * @param base where in the source it begins
 * @throws {YamlError} where nodes lie too deep
 */
export function compose(text: string, base: number): Composition {
  const lexer = allowUnindentedQuotes(new Lexer())
  const parser = new Parser()
  const composer = new Composer(OPTIONS)
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
      // 1.2.2, section 6.8.1: the library doesn't look.
      if (versions === 2) directives.push(new YamlError(base + parser.offset, 'a second %YAML directive'))
    }
    if (!inScalar && /^%TAG\s/.test(lexeme))
      directives.push(new YamlError(base + parser.offset, TAG_DIRECTIVE))
    inScalar = !inScalar && lexeme === CST.SCALAR
    if (parser.stack.length > MAX_DEPTH && levelsOf(parser.stack, levels) > MAX_DEPTH)
      throw nestingError(base + parser.offset)
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  const errors = documents.flatMap((document) => document.errors)
  // The library takes it for a mistake in the text.
  if (errors.some(({ message }) => /call stack size|Stack overflow/.test(message))) throw stackError(base)
  const problems = errors
    .filter((error) => !isCommentAtLineStart(text, error.message, error.pos[0]))
    // Once the library has lost its way, each token that follows is one that it did not expect.
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
 * In a flow mapping, the library misses the line break before a comment in the first column, and takes it for glued to
 * the value before (yaml 2.9.1, `resolveProps`): valid by 1.2.2, rule 79 `s-l-comments`.
 */
function isCommentAtLineStart(text: string, message: string, offset: number): boolean {
  return message.startsWith('Comments must be separated') && text.charCodeAt(offset - 1) === 0x0a
}

/** It would make other tags of those that follow, which Kubernetes never does. */
const TAG_DIRECTIVE =
  'kubectl cannot read a %TAG directive, since it ends a document at every --- line: write tags without one'

/** What the parser had on its stack when it was looked at last. */
interface Level {
  readonly token: CST.Token
  readonly type: string
  /** How many of it and those below are collections. */
  readonly count: number
}

/**
 * How many collections the parser is in, before the composer calls itself for each of them.
 * @param known what was there when it was last asked: a token changes its type only while it is the topmost
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
 * Makes a lexer of npm `yaml` take later lines of a quoted scalar at any indentation. By 1.2.2, rule 69
 * `s-flow-line-prefix`, they are indented more than what is around them; go-yaml, which Kubernetes reads with, does not ask
 * for that, and manifests that are in use do without: Argo's examples close an argument's quotes in the column of its key,
 * and an operator's install manifest folds a description there.
 *
 * The lexer has no option for it; that what is overridden is still there is held by the compiler and by tests.
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
