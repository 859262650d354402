# Three images with the same binary, which was built and tested before (`npm run build:binary`). Nothing is built or
# installed here, so the images contain exactly what was tested.
#   pipe (the default): pinpull and nothing else, no shell. A step of a pipeline, `docker run -i`.
#   function: the same as a KRM function. kpt passes no arguments to containers, so the image declares that the input is a ResourceList.
#   cmp: Argo CD's own image with pinpull on its PATH, for a config management plugin next to the repo-server. Argo CD is tested
#        with the image's Helm, kustomize and shell, and its nodes already have the image.
# All run as an unnamed user, with a read-only root file system, without a home directory.

FROM quay.io/argoproj/argocd:v3.5.1@sha256:0deb1a1c917629b960ead995ae3b6069450a866992676599658687ef9a641ee8 AS cmp
COPY build/pinpull /usr/local/bin/pinpull
USER 999
ENTRYPOINT ["/var/run/argocd/argocd-cmp-server"]

# glibc, certificate authorities and time zones; no shell, no package manager.
FROM gcr.io/distroless/base-debian12:nonroot@sha256:7f0c72cd138b442ae0deeb69c08b1acf5525439ba251a49ad93c320a061567e5 AS program
COPY build/pinpull /usr/local/bin/pinpull
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/pinpull"]

FROM program AS function
ENV PINPULL_KRM=1

FROM program AS pipe
