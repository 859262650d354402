// Reads streams of manifests as kubectl does (k8s.io/cli-runtime, pkg/resource/visitor.go, StreamVisitor): the decoder of
// k8s.io/apimachinery gives the JSON of each document, and that is read as the unstructured scheme reads it.
//
// A server over its standard streams, which answers as long as somebody asks. Standard input: a line a stream, in
// base64. Standard output: a line a stream, {"documents": [...]}; where reading fails, that has an "error" too, and the
// documents are those before it, which kubectl has handled by then.
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

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/yaml"
)

type answer struct {
	Documents []any  `json:"documents"`
	Error     string `json:"error,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		stream, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(line)))
		if err != nil {
			log.Fatal(err)
		}
		if err := encoder.Encode(read(stream)); err != nil {
			log.Fatal(err)
		}
		// Whoever asks one question at a time waits for its answer.
		if in.Buffered() == 0 {
			if err := out.Flush(); err != nil {
				log.Fatal(err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		log.Fatal(err)
	}
}

func read(stream []byte) answer {
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(stream), 4096)
	documents := []any{}
	for {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return answer{Documents: documents}
		}
		if err != nil {
			return answer{Documents: documents, Error: err.Error()}
		}
		var document any
		if raw = bytes.TrimSpace(raw); len(raw) > 0 {
			if err := utiljson.Unmarshal(raw, &document); err != nil {
				return answer{Documents: documents, Error: err.Error()}
			}
		}
		documents = append(documents, document)
	}
}
