import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export interface Relay {
  readonly port: number
  readonly connections: () => number
  readonly reset: () => void
  readonly close: () => void
}

/**
 * Puts a distance between a client and a server on the loopback interface: every byte is half a round trip under way, and
 * a connection's first bytes a whole one more, since its handshake would have been. (Bandwidth, loss and the windows of a
 * real network are not imitated.)
 * @param target the server's port on 127.0.0.1
 * @param roundTrip in milliseconds
 */
export async function startRelay(target: number, roundTrip: number): Promise<Relay> {
  let connections = 0
  const server: Server = createServer({ noDelay: true }, (client) => {
    connections += 1
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
    carry(client, upstream, roundTrip, roundTrip / 2)
    carry(upstream, client, 0, roundTrip / 2)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    reset: () => {
      connections = 0
    },
    close: () => server.close(),
  }
}

function carry(from: Socket, to: Socket, firstDelay: number, delay: number): void {
  const open = performance.now()
  const later = (deliver: () => void): void => {
    const sinceOpen = performance.now() - open
    setTimeout(deliver, Math.max(delay, firstDelay + delay - sinceOpen))
  }
  from.on('data', (bytes) => later(() => to.write(bytes)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => to.destroy())
  from.on('close', () => later(() => to.destroy()))
}
