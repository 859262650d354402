// kubectl as its own module exports it. `go install k8s.io/kubernetes/cmd/kubectl` is refused, since that module's
// go.mod replaces its dependencies.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubectl/pkg/cmd"
)

func main() {
	os.Exit(cli.Run(cmd.NewDefaultKubectlCommand()))
}
