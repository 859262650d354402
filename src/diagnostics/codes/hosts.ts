import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about the program that Pinpull runs inside. */
export type HostCode =
  | 'OBJECTS_LOST'
  | 'RESOURCE_LIST_UNEXPECTED'
  | 'RESOURCE_LIST_MISSING'
  | 'HELM_PREAMBLE_REMOVED'
  | 'HELM_BROKE_ALIAS'
  | 'BEFORE_FAILED'
  | 'HELM_NOT_FOUND'
  | 'PLUGIN_IN_THE_WAY'

export const hostCodes: Readonly<Record<HostCode, CatalogueEntry>> = {
  OBJECTS_LOST: {
    severity: 'error',
    exit: 'defect',
    title: 'The output would hold fewer objects than the input',
    message: '{before} objects came in and {after} would go out',
    hint: 'this is a bug in Pinpull; please report it',
  },
  RESOURCE_LIST_UNEXPECTED: {
    severity: 'error',
    exit: 'input',
    title: 'A ResourceList among the manifests',
    message:
      'there is a ResourceList among the manifests: it is the input of a KRM function, and no cluster accepts it',
    hint: 'if kustomize or kpt calls Pinpull as a function, add the argument --krm; otherwise check what rendered it',
  },
  RESOURCE_LIST_MISSING: {
    severity: 'error',
    exit: 'usage',
    title: 'No ResourceList on standard input',
    message: '--krm requires a ResourceList on standard input, but {found}',
    hint: 'omit --krm unless kustomize or kpt calls Pinpull as a function',
  },
  HELM_PREAMBLE_REMOVED: {
    severity: 'info',
    exit: 'input',
    title: 'Helm printed more than manifests',
    message: 'removed what helm printed before the manifests: it pulled {chart} ({digest})',
    hint: 'no action is needed; helm template prints this for charts from a registry (helm#32215)',
  },
  HELM_BROKE_ALIAS: {
    severity: 'info',
    exit: 'input',
    title: 'Helm 4 separated an alias from its anchor',
    message:
      'Helm 4 splits a List into its items before it calls a post-renderer, which separates aliases from their anchors',
    hint: 'write the value out in the template, or put the objects in documents of their own (helm#32203)',
  },
  BEFORE_FAILED: {
    severity: 'error',
    exit: 'external',
    title: 'The program of --before failed',
    message: '{program}, which runs before Pinpull, {reason}',
    hint: 'correct it; to see what it does, run it by itself: helm template NAME CHART | {program}',
  },
  HELM_NOT_FOUND: {
    severity: 'error',
    exit: 'usage',
    title: 'Helm was not found',
    message: '{program} could not be run, or is not Helm',
    hint: 'install Helm, or set HELM_BIN to the Helm that you use',
  },
  PLUGIN_IN_THE_WAY: {
    severity: 'error',
    exit: 'usage',
    title: 'The plugin folder is in use',
    message: '{folder} exists, and install-plugin did not create it',
    hint: 'remove it (helm plugin uninstall pinpull), or choose another folder with --directory',
  },
}
