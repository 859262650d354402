// Makes V8's code cache of the bundle for the Node that runs this script: the code that V8 compiles at a start is stored next
// to the bundle (bin/load.js reads it). Run with another Node, it adds a cache for that one.
// Reasons and measurements: docs/decisions/0040-one-bundle.md.
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const DIGEST = `sha256:${'0'.repeat(64)}`

/** A small rendered chart, and a Pod for the reference reader: the cache contains the functions that these inputs call. */
const STREAM = `---
# Source: shop/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: { app.kubernetes.io/name: web, tier: "front" }
spec:
  type: ClusterIP
  ports:
  - name: http
    port: 80
    targetPort: 8080
  selector:
    app.kubernetes.io/name: web
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  LOG_LEVEL: 'info'
  empty: ""
  config.yaml: |
    image: none
    list: [a, "b"]
  text: >-
    folded
    text
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    checksum/config: "0123456789abcdef"
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: web
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web
    spec:
      initContainers:
        - name: migrate
          image: "ghcr.io/acme/migrate:2.0.1"
          args: ["--up", '--all']
      containers:
        - name: web
          image: registry.example.com/shop/web:1.4.2
          imagePullPolicy: Always
          env:
            - name: HOST
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
          resources: {limits: {cpu: 500m, memory: 64Mi}}
        - image: nginx:1.27
          name: proxy
          imagePullPolicy: IfNotPresent
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "0 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: report
              image: nginx:1.27
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shops.example.com
spec:
  group: example.com
  versions:
    - name: v1
      schema:
        openAPIV3Schema:
          properties:
            image:
              description: An image, which is no field of this object.
              type: string
---
apiVersion: v1
kind: Pod
metadata: &odd
  name: odd
spec:
  volumes:
    - configMap: { name: "web" }
      name: !!str config
  containers:
    - ? name
      : odd
      ? !!str image
      : nginx:1.27
      args:
        - 'one'
        - |
          two
        - [three, four]
`

const JSON_STREAM = `{
  "apiVersion": "v1",
  "kind": "List",
  "items": [
    {
      "apiVersion": "v1",
      "kind": "Pod",
      "metadata": { "name": "json", "labels": {} },
      "spec": { "priority": 10, "hostNetwork": true, "containers": [{ "name": "a\u0062", "image": "nginx:1.27" }] }
    }
  ]
}
`

const INPUTS = [STREAM, JSON_STREAM]
const IMAGES = 12

/** A lock file in the format of `pinpull lock`. */
const LOCK = `# What each image tag named when it was last resolved. Written by "pinpull lock"; made to be reviewed.
apiVersion: pinpull.dev/v1alpha2
kind: Lock
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
images:
${['docker.io/library/nginx:1.27', 'ghcr.io/acme/migrate:2.0.1', 'registry.example.com/shop/web:1.4.2']
  .map(
    (reference) => `  - reference: ${reference}
    digest: ${DIGEST}
    mediaType: application/vnd.oci.image.index.v1+json
    platforms:
      - {platform: linux/amd64, digest: ${DIGEST}}
      - {platform: linux/arm64, digest: ${DIGEST}}
    source: registry.example.com
    resolvedAt: "2026-11-20T08:00:00Z"
`,
  )
  .join('')}`

if (process.argv[2] === undefined) start()
else await make(process.argv[2])

/** In a separate process, which runs the program on the inputs like a user. */
function start() {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-'))
  try {
    // A copy, because V8 stores file names, and the paths of the build machine should not be published.
    for (const part of ['bin', 'dist/bundle'])
      cpSync(join(root, part), join(folder, part), { recursive: true })
    writeFileSync(join(folder, 'pinpull.lock.yaml'), LOCK)
    for (const [index, input] of INPUTS.entries()) writeFileSync(join(folder, String(index)), input)
    const words = [fileURLToPath(import.meta.url), folder]
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { env: {}, encoding: 'utf8' })
    const pinned = stdout.split(DIGEST).length - 1
    if (status !== 0 || pinned !== IMAGES)
      throw new Error(`${pinned} images were pinned, exit code ${status}\n${stderr}`)
    const made = dirname(loaderIn(root).cacheFile('filter.cjs'))
    cpSync(join(folder, relative(root, made)), made, { recursive: true })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function loaderIn(folder) {
  return createRequire(import.meta.url)(join(folder, 'bin/load.js'))
}

async function make(folder) {
  const { cacheFile, load, loaded, textOf } = loaderIn(folder)
  rmSync(dirname(cacheFile('')), { recursive: true, force: true })
  const { argv, execPath, platform } = process
  const { run } = load('filter.cjs')
  const filter = async (file, ...args) => {
    // The lowest free descriptor: standard input.
    closeSync(0)
    openSync(join(folder, file))
    const env = { XDG_CACHE_HOME: folder }
    const ran = { argv: [argv[0], argv[1], ...args], cwd: () => folder, env, execPath, platform }
    await run(ran)
    if (ran.exitCode !== 0) throw new Error(`input ${file}: exit code ${ran.exitCode}`)
  }
  for (const index of INPUTS.keys()) await filter(String(index), '--locked')
  const registry = await startRegistry()
  writeFileSync(
    join(folder, 'asking'),
    podOf(['one:1', 'one:2', 'two:1'].map((name) => `${registry.host}/${name}`)),
  )
  // Digests come from the registry, and then from Pinpull's own cache.
  await filter('asking', '--cache-ttl', '1h')
  await filter('asking', '--cache-ttl', '1h')
  registry.close()
  // Only cache the code of successful runs.
  for (const [name, { script }] of loaded) {
    const file = cacheFile(name)
    const source = readFileSync(join(dirname(file), '..', name))
    mkdirSync(dirname(file), { recursive: true })
    // The script is appended, because the cache is only valid for exactly that one.
    writeFileSync(file, Buffer.concat([script.createCachedData(), Buffer.from(textOf(source))]))
  }
}

function podOf(images) {
  const containers = images.map((image, index) => `    - name: c${index}\n      image: ${image}\n`).join('')
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n${containers}`
}

/** A minimal registry: plain HTTP, a token for every client, and every tag exists. */
async function startRegistry() {
  const server = createServer(({ url, headers }, answer) => {
    const { host, authorization } = headers
    if (url.startsWith('/token')) return answer.end('{"token":"t","expires_in":300}')
    if (authorization === undefined) {
      const challenge = `Bearer realm="http://${host}/token",service="${host}",scope="repository:one:pull"`
      return answer.writeHead(401, { 'www-authenticate': challenge }).end()
    }
    const type = 'application/vnd.oci.image.index.v1+json'
    answer
      .writeHead(200, { 'content-type': type, 'docker-content-digest': DIGEST, 'content-length': 100 })
      .end()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: `127.0.0.1:${server.address().port}`,
    close: () => server.closeAllConnections() ?? server.close(),
  }
}
