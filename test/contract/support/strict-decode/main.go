// Reads manifests of apps/v1 as the API server does with field validation "Strict": an unknown or repeated field, or
// a value of the wrong type, is an error.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	apps "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	scheme := runtime.NewScheme()
	if err := apps.AddToScheme(scheme); err != nil {
		return err
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	documents := yaml.NewDocumentDecoder(io.NopCloser(bytes.NewReader(input)))
	chunk := make([]byte, len(input)+1)
	for {
		length, err := documents.Read(chunk)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(stripComments(chunk[:length]))) == 0 {
			continue
		}
		object, kind, err := decoder.Decode(chunk[:length], nil, nil)
		if err != nil {
			return err
		}
		fmt.Printf("%s %s\n", kind.Kind, object.(interface{ GetName() string }).GetName())
	}
}

func stripComments(document []byte) []byte {
	var rest []byte
	for _, line := range bytes.Split(document, []byte("\n")) {
		if !bytes.HasPrefix(line, []byte("#")) {
			rest = append(rest, line...)
		}
	}
	return rest
}
