import type { Random } from '../random.ts'

/** A Pod as in the output of `kubectl get pods -o json`, with the fields that the server adds. */
export function podObject(random: Random, index: number, image: string): object {
  const name = `pod-${index}`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      annotations: { 'checksum/config': random.hex(64) },
      creationTimestamp: '2026-11-01T10:00:00Z',
      labels: { app: name, 'pod-template-hash': random.hex(10) },
      name,
      namespace: 'shop',
      resourceVersion: String(random.below(10_000_000)),
      uid: `${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}`,
    },
    spec: {
      containers: [
        {
          args: ['--config=/etc/app/config.yaml', `--listen=:${8000 + random.below(1000)}`],
          env: [
            { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
            { name: 'BUILD', value: random.hex(10) },
          ],
          image,
          imagePullPolicy: random.pick(['Always', 'IfNotPresent']),
          name: 'app',
          ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
          resources: { limits: { cpu: '1', memory: '256Mi' }, requests: { cpu: '50m', memory: '64Mi' } },
          volumeMounts: [{ mountPath: '/etc/app', name: 'config', readOnly: true }],
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      tolerations: [{ effect: 'NoExecute', key: 'node.kubernetes.io/not-ready', operator: 'Exists' }],
      volumes: [{ configMap: { defaultMode: 420, name: 'config' }, name: 'config' }],
    },
    status: {
      conditions: [{ lastTransitionTime: '2026-11-01T10:00:05Z', status: 'True', type: 'Ready' }],
      containerStatuses: [{ image, imageID: `${image}@sha256:${random.hex(64)}`, name: 'app', ready: true }],
      hostIP: '10.0.0.1',
      phase: 'Running',
    },
  }
}
