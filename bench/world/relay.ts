import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export interface Relay {
  readonly port: number
  readonly connections: () => number
  readonly reset: () => void
  readonly close: () => void
}

/**
 * Simulates latency between a client and a server on the loopback interface: every byte is delayed by half a round trip, and
 * the first bytes of a connection by a whole one more, for the TCP handshake. (Bandwidth, packet loss and window sizes are
 * not simulated.)
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
 * The maximum lateness of timers, in milliseconds. It would add up over the hops, so the last part of a delay is spent in
 * a busy loop.
 */
const TIMER_ERROR = 2
