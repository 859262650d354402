// Reads streams of manifests as kubectl does, with the decoder of k8s.io/apimachinery, and prints them as JSON.
//
// Standard input: a line a stream, in base64. Standard output: a line a stream, either {"documents": [...]} or
// {"error": "..."}.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/util/yaml"
)

type answer struct {
	Documents []any  `json:"documents"`
	Error     string `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		stream, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(line)))
		if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(read(stream)); err != nil {
			log.Fatal(err)
		}
	}
}

func read(stream []byte) answer {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(stream), 4096)
	documents := []any{}
	for {
		var document any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return answer{Documents: documents}
		}
		if err != nil {
			return answer{Error: err.Error()}
		}
		documents = append(documents, document)
	}
}
