/**
 * Fields that look like an image and are none that can be pinned. They are not found whatever their shape.
 * `table-row.ts` says what the columns mean.
 */
export const never = `
infrastructure.cluster.x-k8s.io  GCPMachine  spec.image : the image of a virtual machine
infrastructure.cluster.x-k8s.io  GCPMachineTemplate  spec.template.spec.image : the image of a virtual machine
rke-machine-config.cattle.io  *  image : the image of a virtual machine
kops.k8s.io  InstanceGroup  spec.image : the image of a virtual machine
kafka.strimzi.io  KafkaConnect  spec.build.output.image : the name that a build is pushed to
build.openshift.io  BuildConfig,Build  spec.output.to.name : the name that a build is pushed to
shipwright.io  Build,BuildRun  spec.output.image : the name that a build is pushed to
kpack.io  Image  spec.tag : the name that a build is pushed to
kpack.io  Build  spec.tags[] : the name that a build is pushed to
machineconfiguration.openshift.io  MachineOSConfig,MachineOSBuild  spec.renderedImagePushSpec : the name that a build is pushed to
k0smotron.io  Cluster  spec.image : a name to which the controller appends the version
controlplane.cluster.x-k8s.io  K0smotronControlPlane  spec.image : a name to which the controller appends the version
controlplane.cluster.x-k8s.io  K0smotronControlPlaneTemplate  spec.template.spec.image : a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlane  spec.addons.konnectivity.{agent,server}.image : a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlaneTemplate  spec.template.spec.addons.konnectivity.{agent,server}.image : a name to which the controller appends the version
kamaji.clastix.io  TenantControlPlane  spec.addons.konnectivity.{agent,server}.image : a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlane  spec.{apiServer,controllerManager,scheduler}.containerImageName : a name to which the controller appends the version
controlplane.cluster.x-k8s.io  KamajiControlPlaneTemplate  spec.template.spec.{apiServer,controllerManager,scheduler}.containerImageName : a name to which the controller appends the version
authzed.com  SpiceDBCluster  spec.baseImage : a name to which the controller appends the version
monitoring.coreos.com  *  spec.{baseImage,thanos.baseImage} : a name to which the controller appends the version
pingcap.com  *  **.baseImage : a name to which the controller appends the version
config.openshift.io  ClusterVersion  spec.desiredUpdate.image : a release, which its own signature pins
*.openshift.io  ConsoleSample  spec.source.containerImport.image : an example for people, which nothing runs
eraser.sh  ImageList  spec.images[] : images to be removed
argocd-image-updater.argoproj.io  ImageUpdater  **.imageName : what an updater is to watch
kargo.akuity.io  Freight  images[].repoURL : a record of what was found
fluxcd.controlplane.io  FluxReport  spec.components[].image : a report
operator.tigera.io  ImageSet  spec.images[].image : has its digest in a key of its own
lambda.services.k8s.aws  Function  spec.code.imageURI : what a cloud service runs, named by its own rules
dataflow.cnrm.cloud.google.com  *  spec.sdkContainerImage : what a cloud service runs, named by its own rules
build.dev  Build,BuildRun  spec.output.image : the name that a build is pushed to
shipwright.io  BuildRun  spec.{build.spec.output,buildSpec.output}.image : the name that a build is pushed to
kafka.strimzi.io  KafkaConnectS2I  spec.build.output.image : the name that a build is pushed to
camel.apache.org  Build  spec.tasks[].{buildah.image,jib.image,kaniko.image,s2i.image,spectrum.image,custom.publishingImage} : the name that a build is pushed to
argoproj.io  ArgoCD  spec.{image,applicationSet.image,dex.image,grafana.image,ha.redisProxyImage,notifications.image,redis.image,repo.image,sso.image,sso.dex.image,sso.keycloak.image} : a name to which the operator appends the version that stands in a key of its own
argoproj.io  ArgoCDExport  spec.image : a name to which the operator appends the version that stands in a key of its own
mattermost.com,installation.mattermost.com  ClusterInstallation,Mattermost  spec.image : a name to which the operator appends the version that stands in a key of its own
hyperfoil.io  Hyperfoil  spec.image : a name whose tag the operator replaces
org.eclipse.che  CheCluster  spec.server.cheImage : a name to which the operator appends the version that stands in a key of its own
crunchydata.com  Pgcluster  spec.ccpimage : a name to which the operator appends the version that stands in a key of its own
windup.jboss.org  Windup  spec.{docker_image_executor,docker_image_web,docker_images_user,postgresql_image} : a name to which the operator appends the version that stands in a key of its own
maistra.io  ServiceMeshControlPlane  **.imageName : a name to which the operator appends the version that stands in a key of its own
che.eclipse.org  KubernetesImagePuller  spec.images : a list of names and images in one text
org.eclipse.che  CheCluster  spec.imagePuller.spec.images : a list of names and images in one text
config.openshift.io  CRIOCredentialProviderConfig  spec.matchImages[] : patterns of images
hypershift.openshift.io  NodePool  spec.platform.{gcp.image,openstack.imageName} : the image of a virtual machine
longhorn.io  BackupBackingImage  spec.backingImage : the name of a disk
apps.emqx.io  EmqxBroker,EmqxEnterprise  spec.template.spec.emqxContainer.image : a reference in five parts, of which none may be a digest
`
