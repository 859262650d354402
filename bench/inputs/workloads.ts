import type { Random } from '../random.ts'

/** One application of a rendered chart: a workload and the documents that belong to it. */
export interface Application {
  readonly name: string
  readonly images: readonly string[]
}

const NAMES = ['checkout', 'catalog', 'ledger', 'mailer', 'gateway', 'billing', 'search', 'session'] as const

/** @param images the images of its containers; the first container is the main one, the others are sidecars */
export function application(random: Random, index: number, images: readonly string[]): Application {
  return { name: `${random.pick(NAMES)}-${index}`, images }
}

/** The application's documents, each beginning with its `---` line. About 3 KB for one image. */
export function renderApplication({ name, images }: Application, random: Random): string {
  const workload = random.oneIn(6)
    ? cronJob(name, images, random)
    : random.oneIn(5)
      ? statefulSet(name, images, random)
      : deployment(name, images, random)
  return [serviceAccount(name), configMap(name, random), service(name, random), workload].join('')
}

function head(kind: string, apiVersion: string, name: string): string {
  return `---
# Source: shop/charts/${name}/templates/${kind.toLowerCase()}.yaml
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
  labels:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/instance: release-name
    app.kubernetes.io/managed-by: Helm
    helm.sh/chart: ${name}-1.4.2
`
}

function serviceAccount(name: string): string {
  return `${head('ServiceAccount', 'v1', name)}automountServiceAccountToken: false
`
}

function configMap(name: string, random: Random): string {
  const settings = Array.from(
    { length: 4 + random.below(6) },
    (_, line) => `    setting.${line} = ${random.hex(12)}`,
  )
  return `${head('ConfigMap', 'v1', name)}data:
  LOG_LEVEL: "${random.pick(['info', 'debug', 'warn'])}"
  application.properties: |
${settings.join('\n')}
`
}

function service(name: string, random: Random): string {
  return `${head('Service', 'v1', name)}spec:
  type: ClusterIP
  ports:
    - port: ${8000 + random.below(1000)}
      targetPort: http
      protocol: TCP
      name: http
  selector:
    app.kubernetes.io/name: ${name}
    app.kubernetes.io/instance: release-name
`
}

function deployment(name: string, images: readonly string[], random: Random): string {
  return `${head('Deployment', 'apps/v1', name)}spec:
  replicas: ${1 + random.below(5)}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
      app.kubernetes.io/instance: release-name
${template(name, images, random, 2)}`
}

function statefulSet(name: string, images: readonly string[], random: Random): string {
  return `${head('StatefulSet', 'apps/v1', name)}spec:
  serviceName: ${name}
  replicas: ${1 + random.below(3)}
  selector:
    matchLabels:
      app.kubernetes.io/name: ${name}
${template(name, images, random, 2)}  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: ["ReadWriteOnce"]
        resources:
          requests:
            storage: ${8 + random.below(90)}Gi
`
}

function cronJob(name: string, images: readonly string[], random: Random): string {
  return `${head('CronJob', 'batch/v1', name)}spec:
  schedule: "${random.below(60)} ${random.below(24)} * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 2
${template(name, images, random, 6)}`
}

function template(name: string, images: readonly string[], random: Random, indent: number): string {
  const text = `template:
  metadata:
    annotations:
      checksum/config: ${random.hex(64)}
    labels:
      app.kubernetes.io/name: ${name}
      app.kubernetes.io/instance: release-name
  spec:
    serviceAccountName: ${name}
    securityContext:
      runAsNonRoot: true
      fsGroup: 65532
    containers:
${images.map((image, index) => container(index === 0 ? name : `${name}-side-${index}`, image, random)).join('')}    volumes:
      - name: config
        configMap:
          name: ${name}
      - name: tmp
        emptyDir: {}
`
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(indent))
}

function container(name: string, image: string, random: Random): string {
  const policy = random.oneIn(3)
    ? ''
    : `        imagePullPolicy: ${random.pick(['IfNotPresent', 'Always'])}\n`
  const quote = random.oneIn(3) ? '' : '"'
  return `      - name: ${name}
        # kept in step with the chart's appVersion
        image: ${quote}${image}${quote}
${policy}        args:
          - --config=/etc/${name}/application.properties
          - --listen=:${8000 + random.below(1000)}
        env:
          - name: POD_NAME
            valueFrom:
              fieldRef:
                fieldPath: metadata.name
          - name: BUILD
            value: '${random.hex(10)}'
        ports:
          - name: http
            containerPort: 8080
            protocol: TCP
        livenessProbe:
          httpGet:
            path: /healthz
            port: http
        readinessProbe:
          httpGet:
            path: /readyz
            port: http
        resources:
          limits: {cpu: "${1 + random.below(4)}", memory: ${128 * (1 + random.below(8))}Mi}
          requests:
            cpu: ${50 * (1 + random.below(10))}m
            memory: 64Mi
        volumeMounts:
          - name: config
            mountPath: /etc/${name}
            readOnly: true
          - {name: tmp, mountPath: /tmp}
`
}
