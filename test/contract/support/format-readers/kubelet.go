package main

import (
	"encoding/json"

	v1 "k8s.io/kubelet/config/v1"
	"k8s.io/kubernetes/pkg/credentialprovider"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// matchImage tells whether a pattern of matchImages fits an image.
func matchImage(_ string, asked question) (any, error) {
	return credentialprovider.URLsMatchStr(asked.Pattern, asked.Target)
}

// readPullSecret gives the credentials that a kubelet tries for an image, by a secret of type dockerconfigjson.
func readPullSecret(_ string, asked question) (any, error) {
	var secret credentialprovider.DockerConfigJSON
	if err := json.Unmarshal([]byte(asked.Files["secret"]), &secret); err != nil {
		return nil, err
	}
	keyring := &credentialprovider.BasicDockerKeyring{}
	keyring.Add(nil, secret.Auths)
	found, _ := keyring.Lookup(asked.Target)
	all := []credential{}
	for _, one := range found {
		all = append(all, credential{Username: one.Username, Password: one.Password})
	}
	return all, nil
}

// readProviderConfig reads a CredentialProviderConfig with the types of its version 1, as strictly as a kubelet does;
// what a kubelet validates afterwards is in a package that would take minutes to build.
func readProviderConfig(_ string, asked question) (any, error) {
	var config v1.CredentialProviderConfig
	text, err := yaml.YAMLToJSONStrict([]byte(asked.Files["config"]))
	if err != nil {
		return nil, err
	}
	strict, err := kjson.UnmarshalStrict(text, &config)
	if err != nil {
		return nil, err
	}
	if len(strict) > 0 {
		return nil, strict[0]
	}
	return config.Providers, nil
}
