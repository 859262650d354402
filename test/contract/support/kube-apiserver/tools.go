//go:build tools

// Package tools holds kube-apiserver's version. `go install` refuses that program, since its module's go.mod replaces
// its dependencies; go.mod repeats those lines.
package tools

import _ "k8s.io/kubernetes/cmd/kube-apiserver"
