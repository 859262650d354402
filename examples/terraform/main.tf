terraform {
  required_providers {
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.1"
    }
  }
}

resource "helm_release" "shop" {
  name      = "shop"
  chart     = "${path.module}/chart"
  namespace = "shop"

  # The provider has Helm 3 built in: a program on the PATH of whoever runs terraform.
  # The lock file makes plan and apply agree, whatever happens to a tag in between.
  postrender = {
    binary_path = "pinpull"
    args        = ["--profile", "prod", "--locked", "--lock-file", "${path.module}/pinpull.lock.yaml"]
  }
}
