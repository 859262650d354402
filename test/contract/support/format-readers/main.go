// Reads configuration formats that Pinpull borrows with the code of the programs that own them: one JSON question a
// line in, one JSON answer a line out. Each question stands for itself, in a folder of its own.
package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"github.com/sirupsen/logrus"
	"k8s.io/klog/v2"
)

// question names the format's owner; the other fields belong to that owner.
type question struct {
	Owner string `json:"owner"`
	// Files by their path in the folder of the question.
	Files map[string]string `json:"files"`
	// An image reference, a host, or a URL.
	Target string `json:"target"`
	// A pattern of matchImages, or of a pull secret's key.
	Pattern string            `json:"pattern"`
	Env     map[string]string `json:"env"`
}

// answer is what the owner makes of it, or the error with which it refuses.
type answer struct {
	Result any    `json:"result"`
	Error  string `json:"error,omitempty"`
}

type reader func(folder string, asked question) (any, error)

var readers = map[string]reader{
	"registries.conf": readRegistriesConf,
	"auth.json":       readAuthJSON,
	"config.json":     readConfigJSON,
	"hosts.toml":      readHostsToml,
	"proxy":           readProxy,
	"matchImages":     matchImage,
	"pull secret":     readPullSecret,
	"provider config": readProviderConfig,
}

func main() {
	logrus.SetOutput(io.Discard)
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	root, err := os.MkdirTemp("", "format-readers")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(root)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(read(root, asked)); err != nil {
			panic(err)
		}
	}
}

func read(root string, asked question) answer {
	folder, err := os.MkdirTemp(root, "q")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	for name, text := range asked.Files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			panic(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	result, err := readers[asked.Owner](folder, asked)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Result: result}
}
