/** A compiled pattern of one text. */
export interface Glob {
  /** Whether the whole text matches. */
  matches(text: string): boolean
}

/** One step of a pattern: a literal character, any one character, or any number of characters. */
type Step =
  | { readonly kind: 'text'; readonly char: string }
  | { readonly kind: 'one' | 'many'; readonly crosses: boolean }

/**
 * Compiles a pattern in which `?` stands for one character and `*` for any number of them; case matters.
 *
 * Matching takes time proportional to the lengths of text and pattern: patterns may come with charts and checkouts, and a
 * backtracking regular expression with many stars would try every way to split the text.
 *
 * @param separator a character that only `**` matches, if there is one
 */
export function compileGlob(pattern: string, separator?: string): Glob {
  const steps = [...pattern.matchAll(/\*+|[^*]/gs)].map(([piece]): Step => {
    if (piece.startsWith('*')) return { kind: 'many', crosses: separator === undefined || piece.length > 1 }
    if (piece === '?') return { kind: 'one', crosses: separator === undefined }
    return { kind: 'text', char: piece }
  })
  return { matches: (text) => matchSteps(steps, text, separator) }
}

/** Keeps all steps that may come next at once, one character of the text after the other (Thompson, 1968). */
function matchSteps(steps: readonly Step[], text: string, separator: string | undefined): boolean {
  let current = new Uint8Array(steps.length + 1)
  let next = new Uint8Array(steps.length + 1)
  const enter = (states: Uint8Array, at: number): void => {
    let step = at
    while (states[step] === 0) {
      states[step] = 1
      if (steps[step]?.kind !== 'many') return
      step += 1
    }
  }
  enter(current, 0)
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] as string
    let isAlive = false
    for (const [at, step] of steps.entries()) {
      if (current[at] === 0) continue
      const isMet = step.kind === 'text' ? step.char === char : step.crosses || char !== separator
      if (!isMet) continue
      enter(next, step.kind === 'many' ? at : at + 1)
      isAlive = true
    }
    if (!isAlive) return false
    ;[current, next] = [next, current]
    next.fill(0)
  }
  return current[steps.length] === 1
}
