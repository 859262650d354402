import type { CatalogueEntry } from '../entry.ts'

/** Codes about the program that Pinpull runs inside. */
export type HostCode = 'OBJECTS_LOST' | 'HELM_NOT_FOUND' | 'PLUGIN_IN_THE_WAY'

export const hostCodes: Readonly<Record<HostCode, CatalogueEntry>> = {
  OBJECTS_LOST: {
    severity: 'error',
    title: 'The output would hold fewer objects than the input',
    message: '{before} objects came in and {after} would go out',
    hint: 'this is a defect of Pinpull; please report it',
  },
  HELM_NOT_FOUND: {
    severity: 'error',
    title: 'There is no Helm to install the plugin for',
    message: '{program} could not be run, or is not Helm',
    hint: 'install Helm, or set HELM_BIN to the Helm that you use',
  },
  PLUGIN_IN_THE_WAY: {
    severity: 'error',
    title: 'Something else lies where the plugin would go',
    message: '{folder} is there already, and is not what install-plugin made',
    hint: 'remove it (helm plugin uninstall pinpull), or choose another place with --directory',
  },
}
