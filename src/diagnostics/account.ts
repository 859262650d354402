import { printable } from './printable.ts'

/** Between the items of an account: on one line it reads `; `, since a line break is printed as a space. */
const SEPARATOR = ';\n'

/**
 * Joins everything that was looked at, one item each, into one argument of a diagnostic: `looked` of `SIGNATURE_INVALID`.
 * @param items made printable here, so that none of them can look like two
 */
export function joinAccount(items: readonly string[]): string {
  return items.map((item) => printable(item)).join(SEPARATOR)
}

/** @returns the items that `joinAccount` has joined */
export function splitAccount(account: string): readonly string[] {
  return account === '' ? [] : account.split(SEPARATOR)
}
