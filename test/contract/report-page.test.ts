import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { attachBundles, createKeySigner } from '../support/registry/key-signer.ts'
import { startRegistry } from '../support/registry/registry.ts'
import { CACHE, describeWith, findProgram } from './support/need.ts'

const needs = {
  chromium: findProgram('chromium', 'apt-get install chromium', join(CACHE, 'debian/usr/bin')),
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const CHART = readFileSync(new URL('../../examples/demo/bookshop.yaml', import.meta.url), 'utf8')

/** How long a busy machine may take, in milliseconds. */
const PATIENCE = { timeout: 300_000, interval: 200 }

/** What a chart may try on the page that shows it. */
const HOSTILE: readonly string[] = [
  '</script><script>document.title = "owned"</script>',
  '"><img src=x onerror="document.title = `owned`">',
  "' onmouseover='document.title = 1",
  '</style><style>* { display: none }</style>',
  '<base href="https://evil.example/"><link rel=stylesheet href=x>',
  '&lt;b&gt;&#x202e;',
  'a\u202egnp.exe',
  'ng\u200binx\u2066',
  `registry.example.com/${'a'.repeat(300)}:1`,
  'x'.repeat(2000),
]

function pod(name: string, images: readonly string[]): string {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }))
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers } })
}

/** Ten thousand images of which the profile dev asks nothing, so that the page is about these alone. */
const MANY = Array.from({ length: 100 }, (_, at) =>
  pod(
    `p${at}`,
    Array.from({ length: 100 }, (_, index) => `registry.example.com/image-${at * 100 + index}:1.0.0`),
  ),
).join('\n')

describeWith(needs, 'the HTML report in a browser', ({ chromium: executablePath }) => {
  const pages = new Map<string, string>()
  /** What the browser has asked for since the last test. */
  const requests: string[] = []
  let browser: Browser
  let server: Server
  let origin: string

  beforeAll(async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'pinpull-page-'))
    const registry = await startRegistry({ anyName: true, mirror: true })
    const write = async (name: string, args: readonly string[], input: string): Promise<void> => {
      const { stderr } = await runProgram([...args, '--report', name], { input, cwd })
      expect(stderr).not.toContain('REPORT_NOT_WRITTEN')
      pages.set(`/${name}`, await readFile(join(cwd, name), 'utf8'))
    }
    try {
      await write('demo.html', ['--mirror', `*=${registry.url}`], CHART)
      await write('hostile.html', ['check'], HOSTILE.map((text) => pod(text, [text])).join('\n'))
      await write('empty.html', ['check'], 'apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n')
      const signer = createKeySigner()
      const { digest } = registry.push('ghcr.io/acme/web:1')
      attachBundles(registry, 'ghcr.io/acme/web', digest, [signer.bundle(digest)])
      const other = registry.push('ghcr.io/acme/api:1').digest
      attachBundles(registry, 'ghcr.io/acme/api', other, [createKeySigner().bundle(other)])
      await writeFile(join(cwd, 'cosign.pub'), signer.publicKey)
      const demand = [
        '--key',
        'cosign.pub',
        '--transparency-log',
        'optional',
        '--mirror',
        `*=${registry.url}`,
      ]
      await write(
        'signed.html',
        ['verify', ...demand],
        pod('signed', ['ghcr.io/acme/web:1', 'ghcr.io/acme/api:1']),
      )
      await write('many.html', ['check', '--profile', 'dev'], MANY)
    } finally {
      await registry.close()
      await rm(cwd, { recursive: true })
    }
    server = createServer(({ url = '' }, response) => {
      requests.push(url)
      const page = pages.get(url)
      response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(page)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({
      timeout: PATIENCE.timeout,
      executablePath,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    })
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    requests.length = 0
  })

  /** Opens a page, and expects that nothing goes wrong while it is open. */
  async function open(name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE.timeout)
    page.on('console', (message) => {
      throw new Error(`${name}: ${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => {
      throw error
    })
    await page.goto(`${origin}/${name}`)
    return page
  }

  /** The texts of a column, in the order of the rows. */
  const column = (page: Page, number: number): Promise<string[]> =>
    page.locator(`#images-table tbody td:nth-child(${number})`).allTextContents()

  test.each(['demo.html', 'hostile.html', 'empty.html'])('%s asks nobody for anything', async (name) => {
    const page = await open(name)
    await page.waitForTimeout(200)
    expect(requests).toEqual([`/${name}`])
  })

  test('its policy stops what is not its own', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${origin}/demo.html`)
    const result = await page.evaluate(`(async () => {
      const blocked = []
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => blocked.push(effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'document.title = "owned"'
      const picture = document.createElement('img')
      picture.src = '${origin}/picture'
      const style = document.createElement('style')
      style.textContent = 'body { display: none }'
      document.body.append(script, picture, style)
      const fetched = await fetch('${origin}/data').then(() => 'fetched', () => 'refused')
      for (let tries = 0; blocked.length < 4 && tries < 3000; tries++)
        await new Promise((resolve) => setTimeout(resolve, 20))
      const { display } = getComputedStyle(document.body)
      return { title: document.title, display, fetched, blocked: blocked.toSorted() }
    })()`)
    expect(result).toEqual({
      title: 'Pinpull: prod: 0 errors, 3 warnings',
      display: 'block',
      fetched: 'refused',
      blocked: ['connect-src', 'img-src', 'script-src-elem', 'style-src-elem'],
    })
    expect(requests).toEqual(['/demo.html'])
  })

  test.each([
    ['demo.html', 'light', 1280],
    ['demo.html', 'dark', 400],
    ['hostile.html', 'light', 400],
    ['hostile.html', 'dark', 1280],
    ['signed.html', 'light', 400],
    ['signed.html', 'dark', 1280],
    ['empty.html', 'light', 1280],
  ] as const)('%s has no fault that axe finds, %s and at a width of %d', async (name, colorScheme, width) => {
    const page = await open(name, { colorScheme, viewport: { width, height: 900 } })
    await page.evaluate(AXE)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  })

  test('the table is sorted with the keyboard', async () => {
    const page = await open('demo.html')
    const before = page.getByRole('columnheader', { name: 'Before' })
    expect(await before.getAttribute('aria-sort')).toBe(null)
    const unsorted = await column(page, 2)
    await before.getByRole('button').focus()
    await page.keyboard.press('Enter')
    expect(await before.getAttribute('aria-sort')).toBe('ascending')
    const sorted = await column(page, 2)
    expect(sorted).not.toEqual(unsorted)
    expect(sorted.slice(0, 3)).toEqual(['busybox:1.36', 'curlimages/curl', 'docker.io/axllent/mailpit:v1.21'])
    await page.keyboard.press('Space')
    expect(await before.getAttribute('aria-sort')).toBe('descending')
    expect(await column(page, 2)).toEqual(sorted.toReversed())
    expect(await page.locator('[aria-sort]').count()).toBe(1)
  })

  test('who signed an image is in a column of its own, and why another one failed in a list', async () => {
    const page = await open('signed.html')
    expect(await page.getByRole('columnheader', { name: 'Verified by' }).count()).toBe(1)
    expect((await column(page, 5)).map((text) => text.trim())).toEqual([
      expect.stringMatching(/^key cosign\.pub signature from 127\.0\.0\.1:\d+ demanded by the command line$/),
      'nobody',
    ])
    expect(await page.locator('.account li').last().textContent()).toMatch(
      /^referrer sha256:\w+…: .* was not made with the key cosign\.pub/,
    )
  })

  test('the table is filtered with the keyboard', async () => {
    const page = await open('demo.html')
    await page.getByLabel('Filter images').focus()
    await page.keyboard.type('REDIS latest')
    await expect.poll(() => page.getByRole('status').textContent(), PATIENCE).toBe('Showing 1 of 22 rows')
    expect(await column(page, 2)).toEqual(['redis:latest'])
    await page.keyboard.press('Control+A')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Tab')
    await page.keyboard.type('unchanged')
    await expect.poll(() => page.getByRole('status').textContent(), PATIENCE).toBe('Showing 1 of 22 rows')
    expect((await column(page, 1)).map((text) => text.trim())).toEqual(['unchanged already pinned'])
  })

  test('everything is reached with the keyboard, the findings first', async () => {
    const page = await open('demo.html')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the findings')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('findings')
    const unmarked = await page.evaluate(`(() => {
      const focusable = [...document.querySelectorAll('a, button, input, select, summary, [tabindex="0"]')]
      return focusable.filter((element) => element.checkVisibility()).flatMap((element) => {
        element.focus({ focusVisible: true })
        const isMarked = document.activeElement === element && getComputedStyle(element).outlineStyle !== 'none'
        return isMarked ? [] : [element.outerHTML]
      })
    })()`)
    expect(unmarked).toEqual([])
  })

  test('a narrow page has no table to look at, but one to hear', async () => {
    const page = await open('demo.html', { viewport: { width: 400, height: 900 } })
    const table = page.getByRole('table')
    expect(await table.getByRole('columnheader').count()).toBe(8)
    expect(await table.getByRole('row').count()).toBe(23)
    expect(await table.getByRole('row').nth(1).getByRole('cell').count()).toBe(8)
  })

  test('without JavaScript everything is there', async () => {
    const page = await open('demo.html', { javaScriptEnabled: false })
    expect(await page.locator('#images-table tbody tr').count()).toBe(22)
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(await page.locator('th').allTextContents()).toEqual([
      'Outcome',
      'Before',
      'After',
      'Digest',
      'Platforms',
      'Pull policy',
      'Source',
      'Used in',
    ])
    expect(await page.getByRole('heading', { name: 'Changes' }).isVisible()).toBe(true)
  })

  test('names from a manifest are only text', async () => {
    const page = await open('hostile.html')
    expect(await page.title()).toBe('Pinpull: prod: 5 errors, 5 warnings')
    expect(await page.locator('script').count()).toBe(1)
    expect(await page.locator('style').count()).toBe(1)
    expect(await page.locator('img, base, link').count()).toBe(0)
    const names = (await column(page, 2)).map((text) => text.slice(0, 60))
    expect(names).toContain(HOSTILE[0]?.slice(0, 60))
    expect(names).toContain('aU+202Egnp.exe')
    expect(names).toContain('ngU+200BinxU+2066')
    expect(await page.locator('body').innerText()).not.toMatch(/[\u202e\u200b\u2066]/)
  })

  test('ten thousand rows can be filtered, sorted, all be shown, and printed', async () => {
    const page = await open('many.html')
    const status = page.getByRole('status')
    await expect.poll(() => status.textContent(), PATIENCE).toBe('Showing 500 of 10000 rows; 10000 match')
    await page.getByLabel('Filter images').fill('image-9999')
    await expect.poll(() => status.textContent(), PATIENCE).toBe('Showing 1 of 10000 rows')
    await page.getByLabel('Filter images').fill('')
    await page.getByRole('columnheader', { name: 'Before' }).getByRole('button').click()
    await page.getByRole('columnheader', { name: 'Before' }).getByRole('button').click()
    await expect
      .poll(() => page.locator('tbody td:nth-child(2)').first().textContent(), PATIENCE)
      .toBe('registry.example.com/image-9999:1.0.0')
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => status.textContent(), PATIENCE).toBe('Showing 10000 of 10000 rows')
    expect(await page.locator('#images-table tbody tr').count()).toBe(10_000)

    // Paper has every row.
    await page.getByLabel('Filter images').fill('image-99')
    await expect.poll(() => status.textContent(), PATIENCE).toBe('Showing 111 of 10000 rows')
    await page.getByLabel('Filter images').fill('')
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    expect(await page.locator('#images-table tbody tr').count()).toBe(10_000)
  })

  test('a page is printed', async () => {
    const page = await open('demo.html')
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(await page.getByRole('navigation').isVisible()).toBe(false)
    expect(await page.locator('#images-table').isVisible()).toBe(true)
    const pdf = await page.pdf({ preferCSSPageSize: true })
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  })
})
