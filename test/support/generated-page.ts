import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

/**
 * Expects a page of docs/ to be the generated text. `UPDATE=1` writes the page.
 */
export function expectPage(name: string, text: string): void {
  const path = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url))
  if (process.env['UPDATE'] === '1') writeFileSync(path, text)
  expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined, 'UPDATE=1 npx vitest run test/docs').toBe(
    text,
  )
}
