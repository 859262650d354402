import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Loopback ports for programs that do not say which port they chose. They are free again when this returns, but are below those
 * that the kernel gives to whoever asks for any, so that hardly another program takes one before it is used.
 *
 * @param count how many; all differ
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) ports.push(await listen(server))
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

async function listen(server: Server): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768)
    server.listen(port, '127.0.0.1')
    const isListening = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (isListening) return port
  }
}
