// etcd as its own module exports it. `go install go.etcd.io/etcd/server/v3` is refused, since that module's go.mod
// replaces its dependencies.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() {
	etcdmain.Main(os.Args)
}
