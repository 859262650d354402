import { splitDockerDomain } from './docker-hub.ts'
import { type Reference, repositoryName } from './reference.ts'

/** A compiled pattern of image names. */
export interface ImagePattern {
  /** The original text. */
  readonly text: string
  matches(reference: Reference): boolean
}

/**
 * Compiles a pattern of image names:
 *
 * - it is compared with the full name, so that the author's spelling does not matter, and is itself completed as a
 *   reference would be: `nginx` means `docker.io/library/nginx`, `bitnami/*` means `docker.io/bitnami/*`;
 * - `*` stands for any characters but `/`, `**` for any characters at all, `?` for one that is not `/`;
 * - a pattern that begins with `**` is not completed: `**` matches every image, `**` + `/pause` every `pause`;
 * - after a colon that follows the last slash comes a pattern of the tag: `ghcr.io/acme/*:dev-*`. An image without a
 *   tag and digest has the tag `latest` there; one with a digest alone has none, and does not match.
 */
export function parseImagePattern(text: string): ImagePattern {
  const globs = splitImagePattern(text)
  const name = compileGlob(globs.name, '/')
  const tag = globs.tag === undefined ? undefined : compileGlob(globs.tag, '/')
  return {
    text,
    matches: (reference) =>
      name.matches(repositoryName(reference)) && (tag === undefined || matchesTag(tag, reference)),
  }
}

/**
 * Splits a pattern of image names into its globs, both with the separator `/`.
 * @returns `name`: of full names; `tag`: absent if the pattern has none
 */
export function splitImagePattern(text: string): { readonly name: string; readonly tag?: string } {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1)
  return colon < 0
    ? { name: expandName(text) }
    : { name: expandName(text.slice(0, colon)), tag: text.slice(colon + 1) }
}

function matchesTag(pattern: Glob, { tag, digest }: Reference): boolean {
  if (tag !== undefined) return pattern.matches(tag)
  return digest === undefined && pattern.matches('latest')
}

function expandName(name: string): string {
  if (name.startsWith('**')) return name
  const { domain, rest } = splitDockerDomain(name)
  return `${domain}/${rest}`
}

/** A compiled glob. */
export interface Glob {
  /** Whether the whole text matches. */
  matches(text: string): boolean
}

/** One step of a pattern: a literal character, any one character, or any number of characters. */
type Step =
  | { readonly kind: 'text'; readonly char: string }
  | { readonly kind: 'one' | 'many'; readonly crosses: boolean }

/**
 * Compiles a glob: `?` matches one character and `*` any number of characters; case-sensitive.
 *
 * Matching takes time proportional to the lengths of text and pattern. A backtracking regular expression could take
 * exponential time with a pattern from an untrusted chart or checkout.
 *
 * @param separator a character that only `**` matches; if omitted, `*` matches every character
 */
export function compileGlob(pattern: string, separator?: string): Glob {
  const steps = [...pattern.matchAll(/\*+|[^*]/gs)].map(([piece]): Step => {
    if (piece.startsWith('*')) return { kind: 'many', crosses: separator === undefined || piece.length > 1 }
    if (piece === '?') return { kind: 'one', crosses: separator === undefined }
    return { kind: 'text', char: piece }
  })
  return { matches: (text) => matchSteps(steps, text, separator) }
}

/** Simulates the automaton with all of its states at once (Thompson, 1968). */
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
