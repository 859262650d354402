import { isReference } from '../reference/parse.ts'

/** `--from-layout [REFERENCE=]PATH`: an image layout, and whose its tags are where it does not say. */
export interface LayoutFlag {
  readonly path: string
  readonly reference?: string
}

/** Adds the layouts of one flag, or of the environment variable (separated by spaces), to those before it. */
export function collectLayouts(text: string, before: readonly LayoutFlag[] = []): readonly LayoutFlag[] {
  return [...before, ...text.split(/\s+/).filter(Boolean).map(parseLayout)]
}

function parseLayout(text: string): LayoutFlag {
  const equals = text.indexOf('=')
  const reference = text.slice(0, Math.max(equals, 0))
  return isReference(reference) ? { reference, path: text.slice(equals + 1) } : { path: text }
}
