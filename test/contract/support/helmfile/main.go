// helmfile as its own module exports it. `go install github.com/helmfile/helmfile` is refused, since that module's
// go.mod replaces dependencies; go.mod beside this file replaces the same.
package main

import (
	"fmt"
	"os"

	"github.com/helmfile/helmfile/cmd"
	"github.com/helmfile/helmfile/pkg/config"
)

func main() {
	root, err := cmd.NewRootCmd(new(config.GlobalOptions))
	if err == nil {
		err = root.Execute()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
