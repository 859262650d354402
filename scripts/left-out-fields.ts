import { isInParts, type SchemaField } from './schema-fields.ts'

/** A class of fields that are left out on purpose. */
export interface LeftOut {
  readonly why: string
  readonly matches: (field: SchemaField) => boolean
}

const lastKey = ({ path }: SchemaField): string => (path.split('.').at(-1) ?? '').replace(/[[\]{}]/g, '')
const named =
  (expression: RegExp) =>
  (field: SchemaField): boolean =>
    expression.test(lastKey(field))
const inGroup =
  (expression: RegExp) =>
  ({ group }: SchemaField): boolean =>
    expression.test(group)

const MACHINES =
  /^azure\.microsoft\.com$|^openstack\.k-orc|^infrastructure\.cluster\.x-k8s\.io$|^(?:aws|azure)provider\.k8s\.io$|^anywhere\.eks|^compute\.|^karpenter|^metal3|^tinkerbell|^cdi\.kubevirt|^forklift|^machineconfiguration|^operator\.openshift\.io$|^samples\.operator/
const CLOUDS =
  /\.cnrm\.cloud\.google\.com$|\.azure\.com$|\.services\.k8s\.aws$|\.upbound\.io$|^cloud\.google\.com$|\.amazonaws\.com$|^controlplane\.cluster/

/** The first that matches names the class. `docs/image-fields.md` has a line for each. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    why: 'what a controller reports',
    matches: ({ class: kind, path }) => kind === 'status' || /(?:^|\.)status\./.test(path),
  },
  { why: 'no text (a switch, a number)', matches: ({ type }) => type === 'boolean' || type === 'integer' },
  {
    why: 'a setting of pulling, storing or collecting images',
    matches: named(
      /image(?:User(?:name)?|Password|DeletePolicy|Generation)$|imageRegistry(?:ARN|MSIClientID)$|pull_?(?:polic|secret|serial)|push_?secret|registryCredentials|GcAge$|imagefs|ImagePulls$|ImageStores$|imageStreaming$|imageCleaner$|imageIntegrity$|imagePolicy(?:Config)?$|ImportMode$/i,
    ),
  },
  { why: 'a digest, which is pinned already', matches: named(/Digest$/) },
  {
    why: 'a list or map, whose own fields have lines',
    matches: ({ type }) =>
      type === 'array' ||
      type === 'object' ||
      (type.startsWith('obj:') && !isInParts(type.slice('obj:'.length).split(','))),
  },
  { why: 'a picture', matches: ({ path }) => /receivers\[\]|templates\[\]|applicationMenu/.test(path) },
  {
    why: 'a name whose version stands in a key of its own',
    matches: inGroup(/^awx\.ansible\.com$|^repo-manager\.pulpproject\.org$/),
  },
  {
    why: 'one part of a name',
    matches: named(/(?:tag|repository|registry|version|prefix|path|pathInImage|baseImage|versionAlias)$/i),
  },
  { why: 'the image of a machine or disk', matches: inGroup(MACHINES) },
  {
    why: 'the image of a machine or disk',
    matches: named(
      /imageFamily|imageType|imageID$|imageio$|vmImage|diskImage|virtualMachine|bootImage|osImage/i,
    ),
  },
  { why: 'what a cloud service runs or offers', matches: inGroup(CLOUDS) },
  {
    why: 'the name of another object',
    matches: named(/imageStream(?:Namespace)?$|imageSet(?:NameRef)?$|imageConfig$/i),
  },
]
