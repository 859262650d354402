// Applies the post-renderers of a HelmRelease to rendered manifests, as helm-controller does: stdin to stdout.
//
//	helm-controller HELMRELEASE
package main

import (
	"bytes"
	"io"
	"log"
	"os"

	"sigs.k8s.io/yaml"

	v2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/fluxcd/helm-controller/internal/postrender"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var release v2.HelmRelease
	if err := yaml.UnmarshalStrict(text, &release); err != nil {
		log.Fatal(err)
	}
	manifests, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	rendered, err := postrender.BuildPostRenderers(&release).Run(bytes.NewBuffer(manifests))
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout.Write(rendered.Bytes())
}
