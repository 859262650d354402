//go:build tools

// Package tools holds kube-linter's version. The Go proxy does not serve its own module path; go.mod replaces it.
package tools

import _ "golang.stackrox.io/kube-linter/cmd/kube-linter"
