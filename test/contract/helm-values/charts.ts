/** A chart of our own, with a shape of image values that charts have, and what pinning its values must do. */
export interface OwnChart {
  readonly shape: string
  /** The files of the chart. `Chart.yaml` has a default. */
  readonly files: Readonly<Record<string, string>>
  /** Further arguments of Helm. */
  readonly options?: readonly string[]
  /** A values file of the user, which is edited instead of the chart's own. */
  readonly override?: string
  readonly mayAdd?: boolean
  /** The lines that the edit adds: `D(image)` stands for the digest of an image. */
  readonly added: readonly string[]
  /** The images that are not written, with a part of the reason. */
  readonly left?: Readonly<Record<string, string>>
}

const pod = (image: string, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: ${image}
${more}`

const second = (image: string): string => `        - name: second
          image: ${image}
`

const joined = '"{{ .Values.image.repository }}:{{ .Values.image.tag }}"'
const withDigest =
  '"{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"'

/** The shapes; the numbers of the list are in no order. */
export const OWN_CHARTS: readonly OwnChart[] = [
  {
    shape: 'a tag that is a label too',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n',
      'templates/web.yaml': `${pod(joined)}---
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: {app.kubernetes.io/version: {{ .Values.image.tag | quote }}}
spec: {ports: [{port: 80}]}
`,
    },
    added: [],
    left: {
      'acme/web:1.2':
        'image.tag makes it, but it also changes Service web, metadata.labels["app.kubernetes.io/version"]: 1.2 → 1.2@sha256:',
    },
  },
  {
    shape: 'a tag that is compared as a version, beside a digest',
    files: {
      'values.yaml':
        'image:\n  repository: acme/web # the name\n  # The version.\n  tag: v1.20.3\n  digest: ""\n',
      'templates/web.yaml': pod(
        withDigest,
        '          args: [{{ if semverCompare ">=1.20.0-0" .Values.image.tag }}--new{{ else }}--old{{ end }}]\n',
      ),
    },
    added: ['  digest: "D(acme/web:v1.20.3)"'],
  },
  {
    shape: 'a tag that is compared as a version, without a digest',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: v1.20.3\n',
      'templates/web.yaml': pod(
        joined,
        '          args: [{{ if semverCompare ">=1.20.0-0" .Values.image.tag }}--new{{ else }}--old{{ end }}]\n',
      ),
    },
    added: [],
    left: { 'acme/web:v1.20.3': 'the chart cannot be rendered with it' },
  },
  {
    shape: 'a suffix behind the tag, and a digest behind the suffix',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n  distroless: true\n',
      'templates/web.yaml': pod(
        '"{{ .Values.image.repository }}:{{ .Values.image.tag }}-distroless{{ with .Values.image.digest }}@{{ . }}{{ end }}"',
      ),
    },
    added: ['  digest: D(acme/web:1.2-distroless)'],
  },
  {
    shape: 'a suffix behind the tag, without a digest',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n',
      'templates/web.yaml': pod('"{{ .Values.image.repository }}:{{ .Values.image.tag }}-distroless"'),
    },
    added: [],
    left: { 'acme/web:1.2-distroless': 'no value of the chart makes it, or it cannot carry a digest' },
  },
  {
    shape: 'a registry for all images, and an empty tag for the version of the chart',
    files: {
      'values.yaml':
        'global:\n  imageRegistry: registry.example.com\nimage: {registry: docker.io, repository: acme/web, tag: ""}\n',
      'templates/web.yaml': pod(
        '"{{ .Values.global.imageRegistry | default .Values.image.registry }}/{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"',
      ),
    },
    added: [
      'image: {registry: docker.io, repository: acme/web, tag: "1.9.0@D(registry.example.com/acme/web:1.9.0)"}',
    ],
  },
  {
    shape: 'one hub and one tag for two images',
    files: {
      'values.yaml': 'hub: ghcr.io/acme\ntag: 1.4.2\n',
      'templates/web.yaml': pod(
        '{{ .Values.hub }}/web:{{ .Values.tag }}',
        second('{{ .Values.hub }}/proxy:{{ .Values.tag }}'),
      ),
    },
    added: [],
    left: {
      'ghcr.io/acme/web:1.4.2':
        'tag makes it, but it makes several images, which have different digests: ghcr.io/acme/web:1.4.2, ghcr.io/acme/proxy:1.4.2',
      'ghcr.io/acme/proxy:1.4.2':
        'tag makes it, but it makes several images, which have different digests: ghcr.io/acme/web:1.4.2, ghcr.io/acme/proxy:1.4.2',
    },
  },
  {
    shape: 'image is a name, and the tag is a number',
    files: {
      'values.yaml': 'exporter:\n  image: acme/exporter\n  tag: 1.27   # as in docs/\n',
      'templates/web.yaml': pod('{{ .Values.exporter.image }}:{{ .Values.exporter.tag }}'),
    },
    added: ['  tag: 1.27@D(acme/exporter:1.27)   # as in docs/'],
  },
  {
    shape: 'one digest for each variant',
    files: {
      'values.yaml':
        "controller:\n  chroot: true\n  image:\n    image: acme/controller\n    tag: 'v1.15.1'\n    digest: ''\n    digestChroot: ''\n",
      'templates/web.yaml': pod(
        '{{ with .Values.controller }}{{ .image.image }}{{ if .chroot }}-chroot{{ end }}:{{ .image.tag }}{{ if .chroot }}{{ with .image.digestChroot }}@{{ . }}{{ end }}{{ else }}{{ with .image.digest }}@{{ . }}{{ end }}{{ end }}{{ end }}',
      ),
    },
    added: ["    digestChroot: 'D(acme/controller-chroot:v1.15.1)'"],
  },
  {
    shape: 'a template in the values',
    files: {
      'values.yaml':
        'image:\n  repository: acme/web\n  tag: "1.2"\nmore: |\n  # A comment in the text.\n  - name: second\n    image: acme/second:2.0\n    args: [{{ .Release.Name }}]\n',
      'templates/web.yaml': `${pod(joined)}{{ tpl .Values.more . | indent 8 }}\n`,
    },
    added: ['  tag: "1.2@D(acme/web:1.2)"', '    image: acme/second:2.0@D(acme/second:2.0)'],
  },
  {
    shape: 'a subchart under another name',
    files: {
      'Chart.yaml':
        'apiVersion: v2\nname: own\nversion: 0.1.0\ndependencies:\n  - {name: cache, version: 0.1.0, alias: sessions}\n',
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\nsessions:\n  enabled: true\n',
      'templates/web.yaml': pod(joined),
      'charts/cache/Chart.yaml': 'apiVersion: v2\nname: cache\nversion: 0.1.0\n',
      'charts/cache/values.yaml': 'image:\n  repository: acme/cache\n  tag: "7"\n  digest: ""\n',
      'charts/cache/templates/cache.yaml': pod(withDigest).replaceAll('web', 'cache'),
    },
    added: ['  tag: "1.2@D(acme/web:1.2)"', '  image:', '    digest: D(acme/cache:7)'],
  },
  {
    shape: 'a list of images',
    files: {
      'values.yaml':
        'sidecars:\n- name: one\n  image: "ghcr.io/acme/one:1.0"\n- {name: two, image: ghcr.io/acme/two:2.0}\n',
      'templates/web.yaml': `${pod('ghcr.io/acme/one:1.0')}{{ range .Values.sidecars }}        - name: {{ .name }}
          image: {{ .image }}
{{ end }}`,
    },
    added: [
      '  image: "ghcr.io/acme/one:1.0@D(ghcr.io/acme/one:1.0)"',
      '- {name: two, image: ghcr.io/acme/two:2.0@D(ghcr.io/acme/two:2.0)}',
    ],
    left: { 'ghcr.io/acme/one:1.0': 'no value of the chart makes it' },
  },
  {
    shape: 'an anchor with an alias for another image',
    files: {
      'values.yaml':
        'image:\n  repository: acme/web\n  tag: &version "1.2"\nsecond:\n  repository: acme/second\n  tag: *version\n',
      'templates/web.yaml': pod(joined, second('"{{ .Values.second.repository }}:{{ .Values.second.tag }}"')),
    },
    added: ['  tag: &version "1.2@D(acme/web:1.2)"', '  tag: 1.2@D(acme/second:1.2)'],
  },
  {
    shape: 'an anchor with an alias that is no image',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: &version "1.2"\nargs: [*version]\n',
      'templates/web.yaml': pod(joined, '          args: {{ toJson .Values.args }}\n'),
    },
    added: [],
    left: {
      'acme/web:1.2':
        'it also changes Deployment web, spec.template.spec.containers[0].args[0]: 1.2 → 1.2@sha256:',
    },
  },
  {
    shape: 'an anchored mapping for the same image twice',
    files: {
      'values.yaml': 'image: &image\n  repository: acme/web\n  tag: "1.2"\nsecond:\n  image: *image\n',
      'templates/web.yaml': pod(
        joined,
        second('"{{ .Values.second.image.repository }}:{{ .Values.second.image.tag }}"'),
      ),
    },
    added: ['  tag: "1.2@D(acme/web:1.2)"'],
  },
  {
    shape: 'a hash of a ConfigMap with the image, in an annotation',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n',
      'templates/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: config}
data: {image: ${joined}}
`,
      'templates/web.yaml': pod(
        joined,
        '          env: [{name: HASH, value: {{ include (print $.Template.BasePath "/config.yaml") . | sha256sum }}}]\n',
      ),
    },
    added: [],
    left: {
      'acme/web:1.2': 'it also changes Deployment web, spec.template.spec.containers[0].env[0].value: ',
    },
  },
  {
    shape: 'a password that is new each time',
    files: {
      'values.yaml': 'image:\r\n  repository: acme/web\r\n  tag: "1.2"\r\n',
      'templates/web.yaml': pod(
        joined,
        '          env: [{name: PASSWORD, value: {{ randAlphaNum 12 | quote }}}]\n',
      ),
    },
    added: ['  tag: "1.2@D(acme/web:1.2)"\r'],
  },
  {
    shape: 'a schema that knows no digest',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n',
      'values.schema.json':
        '{"properties": {"image": {"additionalProperties": false, "properties": {"repository": {}, "tag": {"type": "string"}}}}}',
      'templates/web.yaml': pod(withDigest),
    },
    added: ['  tag: "1.2@D(acme/web:1.2)"'],
  },
  {
    shape: 'sha without its algorithm',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n  sha: ""\n',
      'templates/web.yaml': pod(
        '"{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.sha }}@sha256:{{ . }}{{ end }}"',
      ),
    },
    added: ['  sha: "HEX(acme/web:1.2)"'],
  },
  {
    shape: 'a template that writes a v before every tag',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag:\n',
      'templates/web.yaml': pod(
        '"{{ .Values.image.repository }}:v{{ .Values.image.tag | default .Chart.AppVersion }}"',
      ),
    },
    added: ['  tag: 1.9.0@D(acme/web:v1.9.0)'],
  },
  {
    shape: 'a digest in place of the tag',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n  digest: ~\n',
      'templates/web.yaml': pod(
        '"{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag }}{{ end }}"',
      ),
    },
    added: ['  digest: D(acme/web:1.2)'],
  },
  {
    shape: 'a digest in place of a tag that is not set, and behind one that is',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n',
      'templates/web.yaml': pod(
        '"{{ .Values.image.repository }}{{ if or .Values.image.tag (not .Values.image.digest) }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}{{ with .Values.image.digest }}@{{ . }}{{ end }}"',
      ),
    },
    added: ['  tag: 1.9.0', '  digest: D(acme/web:1.9.0)'],
  },
  {
    shape: 'values of the user that have the tag',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n  digest: ""\n',
      'templates/web.yaml': pod(withDigest),
    },
    override: '# Ours.\nimage:\n    tag: "1.3" # tested\nreplicas: 2\n',
    added: ['    digest: D(acme/web:1.3)'],
  },
  {
    shape: 'values of the user that have nothing of the image',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n  digest: ""\n',
      'templates/web.yaml': pod(withDigest),
    },
    override: 'replicas: 2\n',
    added: [],
    left: { 'acme/web:1.2': 'no file has image.digest, which makes it; --add inserts it' },
  },
  {
    shape: 'the same with --add',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n  digest: ""\n',
      'templates/web.yaml': pod(withDigest),
    },
    override: '# Nothing yet.\n',
    mayAdd: true,
    added: ['image:', '  digest: D(acme/web:1.2)'],
  },
  {
    shape: 'an option that sets the tag',
    files: {
      'values.yaml': 'image:\n  repository: acme/web\n  tag: "1.2"\n',
      'templates/web.yaml': pod(joined),
    },
    options: ['--set', 'image.tag=1.3'],
    added: [],
    left: { 'acme/web:1.3': 'an option of the command line sets image.tag, and no file' },
  },
]
