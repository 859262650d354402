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
    const layout = await openLayout(resolve(cwd, path), mapping)
    // The lock file names the layout as the user did: the paths of a machine are nobody else's business.
    layouts.push({ ...layout, path, transport: layout.transport.replace(layout.path, path) })
  }
  return layouts
}
