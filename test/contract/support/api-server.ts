import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a client must be able to discover before it builds objects: group versions, kinds, plural names. */
const RESOURCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  v1: {
    ConfigMap: 'configmaps',
    Namespace: 'namespaces',
    Pod: 'pods',
    Secret: 'secrets',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
  },
  'apps/v1': { DaemonSet: 'daemonsets', Deployment: 'deployments', StatefulSet: 'statefulsets' },
  'batch/v1': { CronJob: 'cronjobs', Job: 'jobs' },
  'rbac.authorization.k8s.io/v1': {
    ClusterRole: 'clusterroles',
    ClusterRoleBinding: 'clusterrolebindings',
    Role: 'roles',
    RoleBinding: 'rolebindings',
  },
  'networking.k8s.io/v1': { IngressClass: 'ingressclasses' },
  'admissionregistration.k8s.io/v1': { ValidatingWebhookConfiguration: 'validatingwebhookconfigurations' },
  'apiregistration.k8s.io/v1': { APIService: 'apiservices' },
}

/** A Kubernetes API that is reachable, knows a few kinds, and holds not one object. */
export interface EmptyCluster {
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts the little of an API server that `helm install --dry-run=client` of Helm 3 wants: version, discovery, an
 * empty list of releases, and `404` for every object. It takes nothing.
 */
export async function startEmptyCluster(): Promise<EmptyCluster> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://cluster.invalid').pathname
    const found = request.method === 'GET' ? discover(path) : undefined
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found ?? NOT_FOUND))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const NOT_FOUND = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 }

function discover(path: string): unknown {
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.2' }
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  // Where Helm keeps its releases: it has none.
  if (/\/secrets$/.test(path)) return { kind: 'SecretList', apiVersion: 'v1', items: [] }
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() }
  const [, groupVersion] = /^\/apis?\/(.+)$/.exec(path) ?? []
  const kinds = groupVersion === undefined ? undefined : RESOURCES[groupVersion]
  if (kinds === undefined) return undefined
  const resources = Object.entries(kinds).map(([kind, name]) => ({
    kind,
    name,
    singularName: kind.toLowerCase(),
    namespaced: kind !== 'Namespace',
    verbs: ['create', 'get', 'list'],
  }))
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

function groups(): unknown[] {
  return Object.keys(RESOURCES)
    .filter((groupVersion) => groupVersion.includes('/'))
    .map((groupVersion) => {
      const [name, version] = groupVersion.split('/')
      const only = { groupVersion, version }
      return { name, versions: [only], preferredVersion: only }
    })
}
