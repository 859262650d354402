import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../free-ports.ts'
import { type ClusterClient, connect } from './cluster-client.ts'
import { type RunningProgram, startProgram, stopWithParent } from './running-program.ts'

/** A Kubernetes API without anything behind it: Pods stay Pending, and no controller makes Pods from Deployments. */
export interface Cluster {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string
  /** The bearer token of a member of `system:masters`. */
  readonly token: string
  /** Absolute path of a kubeconfig with that token, for kubectl and Helm. */
  readonly kubeconfig: string
  /** Sends requests with that token. */
  readonly client: ClusterClient
  /** Holds all that the two programs write; removed by `stop`. */
  readonly folder: string
  /** What the API server has logged. */
  log(): string
  stop(): Promise<void>
}

/** What differs from a plain cluster. `{folder}` in any of the texts becomes the path of the cluster's folder. */
export interface ClusterOptions {
  /** More flags for kube-apiserver, such as `--admission-control-config-file={folder}/admission.yaml`. */
  readonly flags?: readonly string[] | undefined
  /** Files that these flags name, by path in the folder. */
  readonly files?: Readonly<Record<string, string>> | undefined
}

const TOKEN = 'administrator'

/** The longest that a start may take on a machine that builds other things meanwhile, in milliseconds. */
const START_LIMIT = 300_000

/**
 * Starts etcd and kube-apiserver on free loopback ports, and waits until the API is ready, three to four seconds on an idle
 * machine. Both end with this process at the latest. The namespaces `default` and `kube-system` exist.
 *
 * @param programs the paths that `kubeApiserver` and `etcd` give
 * @throws if one of them ends or is not ready in time, with what it logged
 */
export async function startCluster(
  programs: { readonly kubeApiserver: string; readonly etcd: string },
  options: ClusterOptions = {},
): Promise<Cluster> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await startOnce(programs, options)
    } catch (error) {
      // Another program took one of the ports.
      if (attempts === 3 || !/address already in use/.test(String(error))) throw error
    }
  }
}

async function startOnce(
  programs: { readonly kubeApiserver: string; readonly etcd: string },
  { flags = [], files = {} }: ClusterOptions,
): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-cluster-'))
  const filled = (text: string): string => text.replaceAll('{folder}', folder)
  const [clientPort = 0, peerPort = 0, port = 0] = await freePorts(3)
  const etcdUrl = `http://127.0.0.1:${clientPort}`
  const url = `https://127.0.0.1:${port}`

  writeFileSync(join(folder, 'tokens.csv'), `${TOKEN},admin,admin,"system:masters"\n`)
  writeFileSync(join(folder, 'sa.key'), serviceAccountKey())
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), filled(text))
  }
  const etcd = startProgram(programs.etcd, etcdFlags(folder, etcdUrl, `http://127.0.0.1:${peerPort}`))
  const apiServer = startProgram(programs.kubeApiserver, [
    ...apiServerFlags(folder, etcdUrl, port),
    ...flags.map(filled),
  ])
  const running = [apiServer, etcd]
  const withParent = stopWithParent(running, folder)
  const stop = async (): Promise<void> => {
    // Nothing is worth a graceful end: the folder goes.
    await Promise.all(running.map((program) => program.kill()))
    withParent.release()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const client = await ready(running, url, join(folder, 'certs/apiserver.crt'))
    const kubeconfig = join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(url, join(folder, 'certs/apiserver.crt'))))
    return {
      url,
      token: TOKEN,
      kubeconfig,
      client,
      folder,
      log: apiServer.log,
      stop: async () => {
        client.close()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Waits until the API server says that it is ready and has made the namespace `default`. */
async function ready(
  running: readonly RunningProgram[],
  url: string,
  certificate: string,
): Promise<ClusterClient> {
  const deadline = Date.now() + START_LIMIT
  for (;;) {
    const ended = running.find((program) => program.hasEnded())
    if (ended !== undefined || Date.now() > deadline) {
      const logs = running.map((program) => program.log().slice(-4000)).join('\n')
      throw new Error(`the API server ${ended === undefined ? 'is not ready' : 'has ended'}:\n${logs}`)
    }
    const client = await tryToConnect(url, certificate)
    if (client !== undefined) return client
    await sleep(50)
  }
}

async function tryToConnect(url: string, certificate: string): Promise<ClusterClient | undefined> {
  let client: ClusterClient | undefined
  try {
    client = connect({ url, token: TOKEN, ca: readFileSync(certificate, 'utf8') })
    for (const path of ['/readyz', '/api/v1/namespaces/default']) {
      if ((await client.request('GET', path)).status !== 200) throw new Error(`${path} is not there yet`)
    }
    return client
  } catch {
    client?.close()
    return undefined
  }
}

function etcdFlags(folder: string, url: string, peerUrl: string): string[] {
  return [
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ]
}

function apiServerFlags(folder: string, etcdUrl: string, port: number): string[] {
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    // The default is an address of another network interface, which a sandbox may lack.
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--cert-dir=${folder}/certs`,
    `--service-account-key-file=${folder}/sa.key`,
    `--service-account-signing-key-file=${folder}/sa.key`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--token-auth-file=${folder}/tokens.csv`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    // It refuses every Pod whose service account does not exist, and no controller makes the account `default`.
    '--disable-admission-plugins=ServiceAccount',
  ]
}

function serviceAccountKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey
}

/** A kubeconfig is YAML, so that JSON will do. */
function kubeconfigOf(url: string, certificate: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority': certificate } }],
    users: [{ name: 'admin', user: { token: TOKEN } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  }
}
