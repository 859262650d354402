# syntax=docker/dockerfile:1
# Three images of one binary.
#   pipe (the default): pinpull and nothing else, no shell. A step of a pipeline, `docker run -i`.
#   function: the same as a KRM function. kpt passes containers no arguments, so the image says that a ResourceList comes.
#   cmp: Argo CD's own image with pinpull on its PATH, for a config management plugin beside the repo-server. Its Helm,
#        kustomize and shell are those that Argo CD is tested with, and its nodes have the image already.
# All run as a user without a name, with a read-only root, without a home.

ARG NODE=24.21.0
ARG ARGOCD=v3.6.1

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build:binary && build/pinpull --version

FROM quay.io/argoproj/argocd:${ARGOCD} AS cmp
COPY --from=build /src/build/pinpull /usr/local/bin/pinpull
USER 999
ENTRYPOINT ["/var/run/argocd/argocd-cmp-server"]

# glibc, certificate authorities and time zones; no shell, no package manager.
FROM gcr.io/distroless/base-debian12:nonroot AS program
COPY --from=build /src/build/pinpull /usr/local/bin/pinpull
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/pinpull"]

FROM program AS function
ENV PINPULL_KRM=1

FROM program AS pipe
