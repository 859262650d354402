import type { Report } from '../../src/report/report.ts'

const web = {
  document: 1,
  resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
}

/** One report with something of everything: an error, a warning, text that has to be escaped, two files. */
export const SAMPLE: Report = {
  profile: 'prod',
  images: [
    {
      at: {
        ...web,
        file: 'a b.yaml',
        line: 12,
        column: 16,
        container: 'app',
        path: 'spec.template.spec.containers[0].image',
      },
      rule: 'R1',
      image: 'nginx',
      result: 'nginx@sha256:0000000000000000000000000000000000000000000000000000000000000001',
      outcome: 'pinned',
      digest: 'sha256:0000000000000000000000000000000000000000000000000000000000000001',
      origin: 'registry-1.docker.io',
      policyAfter: 'IfNotPresent',
    },
    {
      at: {
        ...web,
        file: 'a b.yaml',
        line: 20,
        column: 16,
        container: 'bad',
        path: 'spec.template.spec.containers[1].image',
      },
      rule: 'R1',
      image: 'Bad|<image>"&"',
      result: 'Bad|<image>"&"',
      outcome: 'failed',
      reason: 'not a reference',
    },
    {
      at: { document: 1, line: 3, column: 8, path: 'spec.image' },
      rule: 'R5',
      image: 'redis:7.4.1@sha256:0000000000000000000000000000000000000000000000000000000000000002',
      result: 'redis:7.4.1@sha256:0000000000000000000000000000000000000000000000000000000000000002',
      outcome: 'kept',
      reason: 'already pinned',
      policyBefore: 'Always',
      policyAfter: 'Always',
    },
  ],
  diagnostics: [
    {
      code: 'IMAGE_UNTAGGED',
      severity: 'warning',
      args: { image: 'nginx' },
      at: {
        ...web,
        file: 'a b.yaml',
        line: 12,
        column: 16,
        container: 'app',
        path: 'spec.template.spec.containers[0].image',
      },
    },
    {
      code: 'REFERENCE_INVALID',
      severity: 'error',
      args: { image: 'Bad|<image>"&"', reason: 'upper case: 100%, really' },
      at: {
        ...web,
        file: 'a b.yaml',
        line: 20,
        column: 16,
        container: 'bad',
        path: 'spec.template.spec.containers[1].image',
      },
    },
    {
      code: 'DEADLINE_EXCEEDED',
      severity: 'error',
      args: { timeout: '5 s', image: 'nginx', registry: 'docker.io' },
    },
  ],
}

export const EMPTY: Report = { profile: 'prod', images: [], diagnostics: [] }
