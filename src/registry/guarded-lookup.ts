import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { addressKind, isWithin, type Reach } from './address.ts'

/** A name that another server sent Pinpull to, and that leads where it may not be followed. The message says why. */
export class UnsafeAddress extends Error {}

/**
 * Resolves names to the addresses that a request may reach, and to no other. A socket connects to what this gives it and
 * resolves nothing itself, so that a name cannot mean one address when it is judged and another when it is used.
 */
export function guardedLookup(reach: Reach): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const allowed = found.filter(({ address }) => isWithin(addressKind(address), reach))
      const [first] = allowed
      if (first === undefined) {
        return callback(new UnsafeAddress('its name leads to an address that it may not send anybody to'), [])
      }
      if (options.all === true) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}
