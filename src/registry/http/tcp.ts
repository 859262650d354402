import { connect, type Socket } from 'node:net'
import { bareHostname, effectivePort } from '../../reference/server-url.ts'
import { type AllowedAddresses, guardedLookup } from './address.ts'

/**
 * Starts a TCP connection to an HTTPS host. Errors are ignored here; `connected` reports them to the caller that
 * uses the socket.
 *
 * @param allowedAddresses which addresses the host may have; undefined for any
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
 * Waits until a socket is connected.
 *
 * @throws the error of the socket
 */
export function waitUntilConnected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!socket.connecting && !socket.destroyed) return resolve()
    if (socket.destroyed) return reject(socket.errored ?? connectionResetError())
    socket.once('connect', resolve).once('error', reject)
    // A socket that is closed without an error would never settle this.
    socket.once('close', () => reject(connectionResetError()))
  })
}

/** The error for a connection that was closed without one. */
export function connectionResetError(): NodeJS.ErrnoException {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })
}

/**
 * Yields to the event loop, so that a connection that was just started makes progress before code is loaded, which
 * takes milliseconds.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
