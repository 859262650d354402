import { connect, type Socket } from 'node:net'
import { bareHostname, effectivePort } from '../../reference/server-url.ts'
import { type AllowedAddresses, guardedLookup } from './address.ts'

/**
 * Starts a TCP connection to an HTTPS host, which does not keep the process alive. Its error is not thrown;
 * `waitUntilConnected` waits for the connection and reports the error.
 *
 * @param origin the host and port
 * @param allowedAddresses the IP addresses to which the host name may resolve; undefined for any
 * @returns the socket, not yet connected
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
 * Waits until a socket is connected; not at all if it is.
 *
 * @throws the socket's error; ECONNRESET if the socket was closed without one
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

/** Creates an error with the code ECONNRESET, for a connection that was closed without an error. */
export function connectionResetError(): NodeJS.ErrnoException {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })
}

/**
 * Waits for the next turn of the event loop (`setImmediate`). Called before code is loaded, which blocks for
 * milliseconds, so that the system starts to connect a socket before that.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
