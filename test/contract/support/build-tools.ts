import { argoCd } from './argo-cd.ts'
import { formatReaders } from './format-readers.ts'
import {
  celEnvironment,
  etcd,
  flux,
  GO_TOOLS,
  goTool,
  helmController,
  helmfile,
  kubeApiserver,
  kubectl,
  kustomizeController,
  referrersRegistry,
} from './go-tool.ts'

// What .ci/run calls beside the other suites, so that the contract tests find all that takes minutes to build.
// Tests build what they lack on their own.

const tools = [
  ...Object.values(GO_TOOLS).map((tool) => () => goTool(tool)),
  kubectl,
  helmfile,
  formatReaders,
  etcd,
  kubeApiserver,
  celEnvironment,
  helmController,
  kustomizeController,
  flux,
  argoCd,
  referrersRegistry,
]

for (const build of tools) {
  const started = Date.now()
  const need = await build()
  if (need.kind === 'missing') throw new Error(need.reason)
  console.log(`${need.path} (${Math.round((Date.now() - started) / 1000)} s)`)
}
