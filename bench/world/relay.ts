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
  const under: { readonly due: number; readonly deliver: () => void }[] = []
  const pump = (): void => {
    for (let next = under[0]; next !== undefined; next = under[0]) {
      const left = next.due - performance.now()
      if (left > TIMER_ERROR) return void setTimeout(pump, left - TIMER_ERROR)
      if (left > 0) return void setImmediate(pump)
      under.shift()
      next.deliver()
    }
  }
  const later = (deliver: () => void): void => {
    under.push({ due: Math.max(performance.now(), open + firstDelay) + delay, deliver })
    if (under.length === 1) pump()
  }
  from.on('data', (bytes) => later(() => to.write(bytes)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => to.destroy())
  from.on('close', () => later(() => to.destroy()))
}

/**
 * Timers strike up to so many milliseconds late. At each hop, that would come to a part of a round trip more, so the last
 * of a delay is waited out awake.
 */
const TIMER_ERROR = 2
