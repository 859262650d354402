import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/**
 * Loopback ports for programs that do not say which port they chose. They are free again when this returns, so that another
 * program may take one before it is used.
 *
 * @param count how many; all differ
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    ports.push((server.address() as AddressInfo).port)
  }
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
