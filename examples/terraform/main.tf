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

  # The provider contains Helm 3, so this is a program on the PATH of terraform.
  # With the lock file, plan and apply use the same digests, even if a tag moves in between.
  postrender = {
    binary_path = "pinpull"
    args        = ["--profile", "prod", "--locked", "--lock-file", "${path.module}/pinpull.lock.yaml"]
  }
}
