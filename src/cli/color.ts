import type { Io } from './io.ts'

interface ColorFlags {
  readonly color: boolean
}

/** Whether what goes to standard error is coloured (https://no-color.org). */
export function messageColor({ color }: ColorFlags, io: Pick<Io, 'env' | 'isTerminal'>): boolean {
  return color && io.isTerminal() && !io.env['NO_COLOR']
}

/** Whether what goes to standard output is coloured. */
export function outputColor({ color }: ColorFlags, io: Pick<Io, 'env' | 'isOutputTerminal'>): boolean {
  return color && io.isOutputTerminal() && !io.env['NO_COLOR']
}
