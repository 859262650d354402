// What npm runs after it has installed this repository's own dependencies (the script `dependencies` of package.json): builds
// the program if it has not been built yet. pre-commit installs a hook with `npm install` and `npm pack`, and has no step for a
// build (docs/decisions/0056-action-and-hooks.md).
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

if (!existsSync('dist/index.js'))
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 2, 2] })
