import { connect, type Socket } from 'node:net'

/** The host in a URL, as sockets want it. */
export function socketHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

/**
 * Begins a TCP connection to an HTTPS host. It may fail unheard, and nobody has to wait for it: whoever uses it asks what
 * has become of it.
 */
export function beginConnection(origin: URL): Socket {
  const socket = connect({ host: socketHost(origin), port: Number(origin.port || 443), noDelay: true })
  return socket.on('error', () => {}).unref()
}

/**
 * Waits until a connection stands.
 *
 * @throws the error that it failed with
 */
export function established(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!socket.connecting && !socket.destroyed) return resolve()
    if (socket.destroyed) return reject(socket.errored ?? new Error('the connection has gone'))
    socket.once('connect', resolve).once('error', reject)
  })
}
