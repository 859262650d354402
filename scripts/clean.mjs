import { rmSync } from 'node:fs'

// Removes dist, so that a file that was renamed in src does not stay there and get published.
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
