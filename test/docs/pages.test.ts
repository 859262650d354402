import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every page of the repository. */
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'].map((name) => join(root, name)),
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(root, folder, name)),
  ),
]

test.each(pages.map((page) => relative(root, page)))(
  '%s: every link within the repository leads somewhere',
  (page) => {
    const text = readFileSync(join(root, page), 'utf8')
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target.replace(/#.*$/, ''))
      .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    const dead = links.filter((target) => !existsSync(join(root, dirname(page), decodeURIComponent(target))))
    expect(dead).toEqual([])
  },
)

test('every link to a heading leads to one', () => {
  const dead = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\(([^)\s#:]*)#([^)\s]+)\)/g)]
      .map(([, path = '', anchor = '']) => ({
        target: path === '' ? page : join(dirname(page), path),
        anchor,
      }))
      .filter(({ target, anchor }) => target.endsWith('.md') && !anchorsOf(target).includes(anchor))
      .map(({ anchor }) => `${relative(root, page)}: #${anchor}`),
  )
  expect(dead).toEqual([])
})

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The arguments after `pinpull`, up to the next command of a pipe. */
const CALL = /(?<![\w/.-])pinpull((?: [^|>&`\n\\]*)?)/g

test('pinpull has every flag that a page uses', () => {
  const known = readFileSync(join(root, 'docs/cli.md'), 'utf8')
  const given = pages.flatMap((page) =>
    readFileSync(page, 'utf8')
      .split('\n')
      // There pinpull is the argument of a host, and the following flags are the host's.
      .filter((line) => !/--post-renderer|--exec/.test(line))
      .flatMap((line) => [...line.matchAll(CALL)])
      .flatMap(([, rest = '']) => rest.match(/(?<= )--[a-z][a-z-]*/g) ?? [])
      .map((flag) => `${relative(root, page)}: ${flag}`),
  )
  expect(given.length).toBeGreaterThan(50)
  expect(given.filter((one) => !known.includes(one.replace(/.* /, '')))).toEqual([])
})

/** Programs that publish their input, which cannot be undone if the step before them fails. */
const PUBLISHER =
  /\|\s*(?:flux (?:push|reconcile)|oras push|crane|skopeo|docker|helm push|git commit|aws s3|gh|argocd|kubectl (?:replace|delete|apply (?=[^|\n]*--prune)))\b[^\n]*/g

const recipes = [
  ...pages,
  ...readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ya?ml|sh|tf)$/.test(name))
    .map((name) => join(root, 'examples', name)),
]

test('no recipe pipes manifests into a program that publishes: it would publish empty input if the step before fails', () => {
  const found = recipes.flatMap((page) => {
    // Only code that can be copied: a sentence may describe what not to do.
    const copied = page.endsWith('.md') ? codeIn(readFileSync(page, 'utf8')) : readFileSync(page, 'utf8')
    return [...copied.matchAll(PUBLISHER)].map(([line]) => `${relative(root, page)}: ${line}`)
  })
  expect(found).toEqual([])
})

/** The code blocks of a page: fenced or indented. */
function codeIn(text: string): string {
  const fenced = [...text.matchAll(/^```[^\n]*\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
  const indented = text.split('\n').filter((line) => line.startsWith('    '))
  return [...fenced, ...indented].join('\n')
}
