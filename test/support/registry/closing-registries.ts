import { afterEach } from 'vitest'
import { type RegistryOptions, startRegistry, type TestRegistry } from './registry.ts'

/** Returns a function that starts registries, which are closed after each test. */
export function closingRegistries(): (options?: RegistryOptions) => Promise<TestRegistry> {
  const open: TestRegistry[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((registry) => registry.close()))
  })
  return async (options = {}) => {
    const registry = await startRegistry(options)
    open.push(registry)
    return registry
  }
}
