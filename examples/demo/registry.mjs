// node examples/demo/registry.mjs [COMMAND…]: runs a command, or a shell, in which every image is resolved by a registry on
// this machine that has all images (docs/tutorial.md). The registry ends with the command. It makes no connection to other machines.
import { spawn } from 'node:child_process'
import { startRegistry } from '../../test/support/registry/registry.ts'

const registry = await startRegistry({ anyName: true, mirror: true })
let pushed = 0

// kill -USR1 $REGISTRY_PID: somebody pushes another image under the same tag.
process.on('SIGUSR1', () => {
  pushed++
  registry.push('docker.io/library/nginx:1.27', { seed: `nginx, pushed again ${pushed}` })
})

const [command = process.env.SHELL || 'bash', ...args] = process.argv.slice(2)
if (process.argv.length === 2)
  console.log(`A registry listens on ${registry.url} until you leave this shell (exit).`)
const child = spawn(command, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    PINPULL_MIRROR: `*=${registry.url}`,
    // A cached answer would hide that a tag has moved.
    PINPULL_CACHE_TTL: '0',
    REGISTRY_PID: String(process.pid),
  },
})
child.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
  void registry.close()
})
child.on('close', (code) => {
  process.exitCode = code ?? 1
  void registry.close()
})
