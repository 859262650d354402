import { formatReaders } from './format-readers.ts'
import { GO_TOOLS, goTool, helmfile, kubectl } from './go-tool.ts'

// What .ci/run calls before the contract tests, so that minutes of building show up as such, tool by tool.
// Tests build what they lack on their own.

const tools = [...Object.values(GO_TOOLS).map((tool) => () => goTool(tool)), kubectl, helmfile, formatReaders]

for (const build of tools) {
  const started = Date.now()
  const need = await build()
  if (need.kind === 'missing') throw new Error(need.reason)
  console.log(`${need.path} (${Math.round((Date.now() - started) / 1000)} s)`)
}
