// Argo CD's own code as one program, so that it is linked once:
//
//	argo-cd cmp-server [FLAG…]   argocd-cmp-server itself, the sidecar of a config management plugin
//	argo-cd generate             what the repo server makes of applications: an array of renderings on standard input,
//	                             an array of their results on standard output
//	argo-cd hydrate              the commit server's answer to one request on standard input
//
// Argo CD is an ordinary module, but `go install` refuses it, since its go.mod replaces dependencies; go.mod beside this file
// replaces the same.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	cmpserver "github.com/argoproj/argo-cd/v3/cmd/argocd-cmp-server/commands"
	commitclient "github.com/argoproj/argo-cd/v3/commitserver/apiclient"
	"github.com/argoproj/argo-cd/v3/commitserver/commit"
	"github.com/argoproj/argo-cd/v3/commitserver/metrics"
	"github.com/argoproj/argo-cd/v3/reposerver/apiclient"
	"github.com/argoproj/argo-cd/v3/reposerver/repository"
	"github.com/argoproj/argo-cd/v3/util/app/path"
	"github.com/argoproj/argo-cd/v3/util/git"
	argoio "github.com/argoproj/argo-cd/v3/util/io"
	"k8s.io/apimachinery/pkg/api/resource"
)

// rendering is one application, as the controller asks the repo server for it, and the checkout of its repository.
type rendering struct {
	Repository string                    `json:"repository"`
	Revision   string                    `json:"revision"`
	Request    apiclient.ManifestRequest `json:"request"`
}

type result struct {
	SourceType string            `json:"sourceType,omitempty"`
	Objects    []json.RawMessage `json:"objects"`
	Error      string            `json:"error,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) < 2 {
		return errors.New("which of them? cmp-server, generate, hydrate")
	}
	switch os.Args[1] {
	case "cmp-server":
		command := cmpserver.NewCommand()
		command.SetArgs(os.Args[2:])
		return command.Execute()
	case "generate":
		return generate()
	case "hydrate":
		return hydrate()
	}
	return fmt.Errorf("%s is none of cmp-server, generate, hydrate", os.Args[1])
}

func generate() error {
	var renderings []rendering
	if err := json.NewDecoder(os.Stdin).Decode(&renderings); err != nil {
		return err
	}
	results := make([]result, len(renderings))
	for i := range renderings {
		objects, sourceType, err := render(&renderings[i])
		results[i] = result{SourceType: sourceType, Objects: objects}
		if err != nil {
			results[i].Error = err.Error()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(results)
}

// render does what the repo server does once a commit is checked out: it looks for links out of the repository, and generates.
func render(one *rendering) ([]json.RawMessage, string, error) {
	objects := []json.RawMessage{}
	if err := path.CheckOutOfBoundsSymlinks(one.Repository, ".git"); err != nil {
		return objects, "", err
	}
	application := filepath.Join(one.Repository, one.Request.ApplicationSource.Path)
	response, err := repository.GenerateManifests(
		context.Background(), application, one.Repository, one.Revision, &one.Request, false,
		&git.NoopCredsStore{}, resource.MustParse("10M"), argoio.NewRandomizedTempPaths(os.TempDir()),
	)
	if err != nil {
		return objects, "", err
	}
	for _, manifest := range response.Manifests {
		objects = append(objects, json.RawMessage(manifest))
	}
	return objects, response.SourceType, nil
}

func hydrate() error {
	var request commitclient.CommitHydratedManifestsRequest
	if err := json.NewDecoder(os.Stdin).Decode(&request); err != nil {
		return err
	}
	service := commit.NewService(&git.NoopCredsStore{}, metrics.NewMetricsServer(), nil)
	response, err := service.CommitHydratedManifests(context.Background(), &request)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(response)
}
