import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { addressKind, isWithin, type Reach } from './address.ts'

/** A name that another server sent Pinpull to, and that leads where it may not be followed. The message says why. */
export class UnsafeAddress extends Error {}

/** Gives every address of a name, as `dns.lookup` does. */
export type LookupAll = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * Resolves names to the addresses that a request may reach, and to no other. A socket connects to what this gives it and
 * resolves nothing itself, so that a name cannot mean one address when it is judged and another when it is used.
 *
 * @param resolve the system's resolver by default
 */
export function guardedLookup(reach: Reach, resolve: LookupAll = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const allowed = found.filter(({ address }) => isWithin(addressKind(address), reach))
      const [first] = allowed
      if (first === undefined) {
        return callback(
          new UnsafeAddress('its name resolves to an address to which this server may not send clients'),
          [],
        )
      }
      if (options.all === true) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}
