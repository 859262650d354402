package main

import (
	"fmt"
	"strings"

	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/types"
)

// readConfigJSON looks up the credential of a registry in docker's config.json. A helper is not run: the answer says
// which one would be.
func readConfigJSON(_ string, asked question) (any, error) {
	file := configfile.New("config.json")
	if err := file.LoadFromReader(strings.NewReader(asked.Files["config.json"])); err != nil {
		return nil, err
	}
	store := file.GetCredentialsStore(asked.Target)
	if kind := fmt.Sprintf("%T", store); strings.HasSuffix(kind, "nativeStore") {
		return "helper", nil
	}
	found, err := file.GetAuthConfig(asked.Target)
	if err != nil {
		return nil, err
	}
	found.ServerAddress = ""
	if found == (types.AuthConfig{}) {
		return nil, nil
	}
	return map[string]string{
		"username":      found.Username,
		"password":      found.Password,
		"identityToken": found.IdentityToken,
		"registryToken": found.RegistryToken,
	}, nil
}
