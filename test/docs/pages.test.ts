import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Every page that is part of the repository. */
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].map((name) => join(root, name)),
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

/** What is typed after `pinpull`, up to the next command of a pipe. */
const CALL = /(?<![\w/.-])pinpull((?: [^|>&`\n\\]*)?)/g

test('pinpull has every flag that a page gives it', () => {
  const known = readFileSync(join(root, 'docs/cli.md'), 'utf8')
  const given = pages.flatMap((page) =>
    readFileSync(page, 'utf8')
      .split('\n')
      // There it is the argument of a host, and what follows is the host's.
      .filter((line) => !/--post-renderer|--exec/.test(line))
      .flatMap((line) => [...line.matchAll(CALL)])
      .flatMap(([, rest = '']) => rest.match(/(?<= )--[a-z][a-z-]*/g) ?? [])
      .map((flag) => `${relative(root, page)}: ${flag}`),
  )
  expect(given.length).toBeGreaterThan(50)
  expect(given.filter((one) => !known.includes(one.replace(/.* /, '')))).toEqual([])
})
