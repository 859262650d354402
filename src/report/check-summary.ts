import { printable } from '../diagnostics/printable.ts'
import type { Severity } from '../diagnostics/severity.ts'
import { byCause } from './cause.ts'
import type { Report } from './report.ts'

/** `pinpull check: prod: 20 images in 3 inputs: 2 errors, 5 warnings`. */
export function formatCheckSummary({ profile, images, diagnostics }: Report, inputs: number): string {
  const found = (severity: Severity): number =>
    byCause(diagnostics.filter((one) => one.severity === severity)).length
  const where = inputs === 1 ? '' : ` in ${inputs} inputs`
  const counts = [
    [found('error'), 'error'],
    [found('warning'), 'warning'],
    [found('info'), 'note'],
  ] as const
  const said = counts.filter(([number]) => number > 0).map(([number, noun]) => count(number, noun))
  const counted = `${count(images.length, 'image')}${where}: ${said.join(', ') || 'no findings'}`
  return printable(`pinpull check: ${profile}: ${counted}`)
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
