// Reads references with the library that the API server, the kubelet and containerd read them with: a JSON string a
// line in, and what it is a line out.
package main

import (
	"bufio"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/json"
	"os"

	"github.com/distribution/reference"
)

type reading struct {
	Domain   string `json:"domain"`
	Path     string `json:"path"`
	Tag      string `json:"tag"`
	Digest   string `json:"digest"`
	Familiar string `json:"familiar"`
	// What pkg/util/parsers of Kubernetes makes of it, by which the pull policy is defaulted.
	DefaultsTo string `json:"defaultsTo"`
}

func read(text string) *reading {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return nil
	}
	r := reading{Domain: reference.Domain(named), Path: reference.Path(named), Familiar: reference.FamiliarName(named)}
	if tagged, ok := named.(reference.Tagged); ok {
		r.Tag = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		r.Digest = digested.Digest().String()
	}
	r.DefaultsTo = "IfNotPresent"
	if r.Tag == "latest" || (r.Tag == "" && r.Digest == "") {
		r.DefaultsTo = "Always"
	}
	return &r
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			panic(err)
		}
		if err := out.Encode(read(text)); err != nil {
			panic(err)
		}
	}
}
