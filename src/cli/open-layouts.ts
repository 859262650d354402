import { resolve } from 'node:path'
import { type Layout, openLayout } from '../layout/layout.ts'
import { parseReference } from '../reference/parse.ts'
import type { LayoutFlag } from './layout-flag.ts'

/**
 * Opens the layouts that are named, one after the other: each is read to its end.
 *
 * @param cwd what their paths are relative to
 */
export async function openLayouts(flags: readonly LayoutFlag[], cwd: string): Promise<Layout[]> {
  const layouts: Layout[] = []
  for (const { path, reference } of flags) {
    const mapping = reference === undefined ? undefined : parseReference(reference)
    layouts.push(await openLayout(resolve(cwd, path), mapping, path))
  }
  return layouts
}
