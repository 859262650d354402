import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A block of code in a page. */
export interface PageBlock {
  /** Relative to the repository. */
  readonly page: string
  /** The number of its first line in the page. */
  readonly line: number
  /** The word behind the fence; `indented` for a block without one, and empty for a fence without a word. */
  readonly language: string
  readonly text: string
}

/** Pages for users: README and all of docs and examples, except the records of decisions. */
export function userPages(): readonly string[] {
  const below = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  )
  return ['README.md', ...below].filter((page) => !page.startsWith('docs/decisions/')).toSorted()
}

/** Every block of code in the pages for users, as CommonMark finds them outside of lists. */
export function pageBlocks(): readonly PageBlock[] {
  return userPages().flatMap((page) => blocksOf(page, readFileSync(join(root, page), 'utf8')))
}

function blocksOf(page: string, text: string): PageBlock[] {
  const blocks: PageBlock[] = []
  const lines = text.split('\n')
  const isIndented = (index: number): boolean => /^ {4}/.test(lines[index] ?? '')
  for (let index = 0; index < lines.length; index++) {
    const [, indent = '', language] = /^( *)```(\S*)/.exec(lines[index] ?? '') ?? []
    const start = index
    if (language !== undefined) {
      while (lines[index + 1]?.startsWith(`${indent}\`\`\``) === false) index++
      const inner = lines.slice(start + 1, index + 1).map((line) => line.slice(indent.length))
      blocks.push({ page, line: start + 2, language, text: `${inner.join('\n')}\n` })
      index++
    } else if (isIndented(index) && lines[index - 1]?.trim() === '') {
      while (isIndented(index + 1) || (lines[index + 1] === '' && isIndented(index + 2))) index++
      const inner = lines.slice(start, index + 1).map((line) => line.slice(4))
      blocks.push({ page, line: start + 1, language: 'indented', text: `${inner.join('\n')}\n` })
    }
  }
  return blocks
}
