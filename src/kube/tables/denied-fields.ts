/** Fields that look like an image but are none that can be pinned: no rule finds them. `table-row.ts` explains the columns. */
export const deniedFields = `
*  *  **.rbd.image  deny  a Ceph block device
infrastructure.cluster.x-k8s.io  GCPMachine  spec.image  deny  the image of a virtual machine
infrastructure.cluster.x-k8s.io  GCPMachineTemplate  spec.template.spec.image  deny  the image of a virtual machine
rke-machine-config.cattle.io  *  image  deny  the image of a virtual machine
kops.k8s.io  InstanceGroup  spec.image  deny  the image of a virtual machine
kafka.strimzi.io  KafkaConnect  spec.build.output.image  deny  the name that a build is pushed to
build.openshift.io  BuildConfig,Build  spec.output.to.name  deny  the name that a build is pushed to
shipwright.io  Build,BuildRun  spec.output.image  deny  the name that a build is pushed to
kpack.io  Image  spec.tag  deny  the name that a build is pushed to
kpack.io  Build  spec.tags[]  deny  the name that a build is pushed to
machineconfiguration.openshift.io  MachineOSConfig,MachineOSBuild  spec.renderedImagePushSpec  deny  the name that a build is pushed to
k0smotron.io  Cluster  spec.image  deny  a name to which the controller appends the version
controlplane.cluster.x-k8s.io  K0smotronControlPlane  spec.image  deny  a name to which the controller appends the version
controlplane.cluster.x-k8s.io  K0smotronControlPlaneTemplate  spec.template.spec.image  deny  a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlane  spec.addons.konnectivity.{agent,server}.image  deny  a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlaneTemplate  spec.template.spec.addons.konnectivity.{agent,server}.image  deny  a name to which the controller appends the version
kamaji.clastix.io  TenantControlPlane  spec.addons.konnectivity.{agent,server}.image  deny  a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlane  spec.{apiServer,controllerManager,scheduler}.containerImageName  deny  a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlaneTemplate  spec.template.spec.{apiServer,controllerManager,scheduler}.containerImageName  deny  a name to which the controller appends the version
authzed.com  SpiceDBCluster  spec.baseImage  deny  a name to which the controller appends the version
monitoring.coreos.com  *  spec.{baseImage,thanos.baseImage}  deny  a name to which the controller appends the version
pingcap.com  *  **.baseImage  deny  a name to which the controller appends the version
config.openshift.io  ClusterVersion  spec.desiredUpdate.image  deny  a release, which its own signature pins
*.openshift.io  ConsoleSample  spec.source.containerImport.image  deny  an example for people, which nothing runs
eraser.sh  ImageList  spec.images[]  deny  images to be removed
argocd-image-updater.argoproj.io  ImageUpdater  **.imageName  deny  what an updater is to watch
kargo.akuity.io  Freight  images[].repoURL  deny  a record of what was found
fluxcd.controlplane.io  FluxReport  spec.components[].image  deny  a report
operator.tigera.io  ImageSet  spec.images[].image  deny  has its digest in a key of its own
lambda.services.k8s.aws  Function  spec.code.imageURI  deny  what a cloud service runs, named by its own rules
dataflow.cnrm.cloud.google.com  *  spec.sdkContainerImage  deny  what a cloud service runs, named by its own rules
build.dev  Build,BuildRun  spec.output.image  deny  the name that a build is pushed to
shipwright.io  BuildRun  spec.{build.spec.output,buildSpec.output}.image  deny  the name that a build is pushed to
kafka.strimzi.io  KafkaConnectS2I  spec.build.output.image  deny  the name that a build is pushed to
camel.apache.org  Build  spec.tasks[].{buildah.image,jib.image,kaniko.image,s2i.image,spectrum.image,custom.publishingImage}  deny  the name that a build is pushed to
argoproj.io  ArgoCD  spec.{image,applicationSet.image,dex.image,grafana.image,ha.redisProxyImage,notifications.image,redis.image,repo.image,sso.image,sso.dex.image,sso.keycloak.image}  deny  a name to which the operator appends the version that stands in a key of its own
argoproj.io  ArgoCDExport  spec.image  deny  a name to which the operator appends the version that stands in a key of its own
mattermost.com,installation.mattermost.com  ClusterInstallation,Mattermost  spec.image  deny  a name to which the operator appends the version that stands in a key of its own
hyperfoil.io  Hyperfoil  spec.image  deny  a name whose tag the operator replaces
org.eclipse.che  CheCluster  spec.server.cheImage  deny  a name to which the operator appends the version that stands in a key of its own
crunchydata.com  Pgcluster  spec.ccpimage  deny  a name to which the operator appends the version that stands in a key of its own
windup.jboss.org  Windup  spec.{docker_image_executor,docker_image_web,docker_images_user,postgresql_image}  deny  a name to which the operator appends the version that stands in a key of its own
maistra.io  ServiceMeshControlPlane  **.imageName  deny  a name to which the operator appends the version that stands in a key of its own
che.eclipse.org  KubernetesImagePuller  spec.images  deny  a list of names and images in one text
org.eclipse.che  CheCluster  spec.imagePuller.spec.images  deny  a list of names and images in one text
config.openshift.io  CRIOCredentialProviderConfig  spec.matchImages[]  deny  patterns of images
hypershift.openshift.io  NodePool  spec.platform.{gcp.image,openstack.imageName}  deny  the image of a virtual machine
longhorn.io  BackupBackingImage  spec.backingImage  deny  the name of a disk
apps.emqx.io  EmqxBroker,EmqxEnterprise  spec.template.spec.emqxContainer.image  deny  a reference in five parts, of which none may be a digest
`
