package main

import (
	"path/filepath"

	"github.com/containers/image/v5/docker/reference"
	"github.com/containers/image/v5/pkg/docker/config"
	"github.com/containers/image/v5/pkg/sysregistriesv2"
	"github.com/containers/image/v5/types"
)

type source struct {
	Reference string `json:"reference"`
	Insecure  bool   `json:"insecure"`
}

// readRegistriesConf tells where podman, skopeo and CRI-O pull an image from by a registries.conf; "blocked" where
// they do not, and nothing where the file does not speak of it.
func readRegistriesConf(folder string, asked question) (any, error) {
	path := filepath.Join(folder, "registries.conf")
	sys := &types.SystemContext{SystemRegistriesConfPath: path, SystemRegistriesConfDirPath: path + ".d"}
	named, err := reference.ParseNormalizedNamed(asked.Target)
	if err != nil {
		return nil, err
	}
	named = reference.TagNameOnly(named)
	registry, err := sysregistriesv2.FindRegistry(sys, named.String())
	if err != nil || registry == nil {
		return nil, err
	}
	if registry.Blocked {
		return "blocked", nil
	}
	sources, err := registry.PullSourcesFromReference(named)
	if err != nil {
		return nil, err
	}
	all := []source{}
	for _, one := range sources {
		all = append(all, source{one.Reference.String(), one.Endpoint.Insecure})
	}
	return all, nil
}

type credential struct {
	Username      string `json:"username"`
	Password      string `json:"password"`
	IdentityToken string `json:"identityToken"`
}

// readAuthJSON looks up the credential of a repository in an auth.json.
func readAuthJSON(folder string, asked question) (any, error) {
	named, err := reference.ParseNormalizedNamed(asked.Target)
	if err != nil {
		return nil, err
	}
	sys := &types.SystemContext{
		AuthFilePath:                filepath.Join(folder, "auth.json"),
		SystemRegistriesConfPath:    "/dev/null",
		SystemRegistriesConfDirPath: filepath.Join(folder, "none"),
	}
	found, err := config.GetCredentialsForRef(sys, reference.TrimNamed(named))
	if err != nil || found == (types.DockerAuthConfig{}) {
		return nil, err
	}
	return credential{found.Username, found.Password, found.IdentityToken}, nil
}
