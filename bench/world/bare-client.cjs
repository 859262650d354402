// The minimal client on Node: it requests the images of a stream like Pinpull, over node:http2, without checking any
// response. Its time is what Node, TLS and the registries of the benchmark need at least.
const { readFileSync, writeSync } = require('node:fs')
const { connect: connectSecurely } = require('node:tls')
const { connect } = require('node:http2')

const ACCEPT =
  'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'

void main(readFileSync(0, 'latin1'))

async function main(stream) {
  const images = new Set([...stream.matchAll(/image: "?(127\.0\.0\.1:[^\s"]+)/g)].map(([, image]) => image))
  const byHost = Map.groupBy(images, (image) => image.slice(0, image.indexOf('/')))
  const digests = await Promise.all([...byHost].map(([host, all]) => askHost(host, all)))
  writeSync(1, `${digests.flat(2).join('\n')}\n`)
}

async function askHost(host, images) {
  const [name, port] = host.split(':')
  const session = await new Promise((resolve, reject) => {
    const options = { host: name, port: Number(port), ALPNProtocols: ['h2'] }
    const socket = connectSecurely(options, () =>
      resolve(connect(`https://${host}`, { createConnection: () => socket })),
    )
    socket.on('error', reject)
  })
  const byRepository = Map.groupBy(images, (image) =>
    image.slice(image.indexOf('/') + 1, image.lastIndexOf(':')),
  )
  const urlOf = (repository, image) =>
    `/v2/${repository}/manifests/${image.slice(image.lastIndexOf(':') + 1)}`
  const [repository] = byRepository.keys()
  const { headers } = await ask(session, 'HEAD', urlOf(repository, images[0]))
  const [, realm, service] = /realm="([^"]+)",service="([^"]+)"/.exec(headers['www-authenticate'])
  const digests = [...byRepository].map(async ([repository, all]) => {
    const scope = encodeURIComponent(`repository:${repository}:pull`)
    const answer = await ask(session, 'GET', `${new URL(realm).pathname}?service=${service}&scope=${scope}`)
    const authorization = `Bearer ${JSON.parse(answer.body).token}`
    const heads = all.map((image) => ask(session, 'HEAD', urlOf(repository, image), { authorization }))
    return (await Promise.all(heads)).map(({ headers }) => headers['docker-content-digest'])
  })
  const all = await Promise.all(digests)
  session.destroy()
  return all
}

function ask(session, method, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': method, ':path': path, accept: ACCEPT, ...headers })
    let answered
    let body = ''
    stream.on('response', (received) => {
      answered = received
    })
    stream.on('data', (bytes) => {
      body += bytes
    })
    stream.on('end', () => resolve({ headers: answered, body }))
    stream.on('error', reject)
  })
}
