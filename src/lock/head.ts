export const LOCK_API_VERSION = 'pinpull.dev/v1alpha1'
export const LOCK_KIND = 'Lock'

/**
 * What stands above the images. The annotation tells kpt and kustomize that the file is for tools and never goes
 * to a cluster (KRM functions specification, `config.kubernetes.io/local-config`).
 */
export const LOCK_HEAD = `# What each image tag named when it was last resolved. Written by "pinpull lock"; made to be reviewed.
apiVersion: ${LOCK_API_VERSION}
kind: ${LOCK_KIND}
metadata:
  name: pinpull
  annotations:
    config.kubernetes.io/local-config: "true"
`
