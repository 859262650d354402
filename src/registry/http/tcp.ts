import { connect, type Socket } from 'node:net'
import { bareHostname, effectivePort } from '../../reference/server-url.ts'
import { type AllowedAddresses, guardedLookup } from './address.ts'

/**
 * Begins a TCP connection to an HTTPS host. It may fail unheard, and nobody has to wait for it: whoever uses it asks how
 * it went.
 *
 * @param reach which addresses the host may have; undefined: any
 */
export function startConnecting(origin: URL, allowedAddresses: AllowedAddresses | undefined): Socket {
  const socket = connect({
    host: bareHostname(origin),
    port: Number(effectivePort(origin)),
    noDelay: true,
    ...(allowedAddresses && { lookup: guardedLookup(allowedAddresses) }),
  })
  return socket.on('error', () => {}).unref()
}

/**
 * Waits until a connection stands.
 *
 * @throws the error that it failed with
 */
export function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!socket.connecting && !socket.destroyed) return resolve()
    if (socket.destroyed) return reject(socket.errored ?? connectionResetError())
    socket.once('connect', resolve).once('error', reject)
    // One that is closed without an error would be waited for until the time is over.
    socket.once('close', () => reject(connectionResetError()))
  })
}

/** The error of a connection that has gone without saying why. */
export function connectionResetError(): NodeJS.ErrnoException {
  return Object.assign(new Error('the connection has gone'), { code: 'ECONNRESET' })
}

/** Lets what was begun go on its way before something is loaded that takes milliseconds. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
