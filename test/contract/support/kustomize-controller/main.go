// Builds a folder as kustomize-controller does between fetching an artifact and applying it, and prints the objects: it adds what the
// Flux Kustomization says, decrypts, builds, and substitutes variables. The steps are those of `generate` and `build` in
// internal/controller/kustomization_controller.go.
//
//	kustomize-controller FOLDER KUSTOMIZATION AGE-KEY [--strict]
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/kustomize-controller/internal/decryptor"
	generator "github.com/fluxcd/pkg/kustomize"
	"github.com/fluxcd/pkg/ssa"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
)

// keys is a cluster in which every Secret holds the age key, and nothing else exists.
type keys struct {
	client.Client
	age []byte
}

func (k keys) Get(_ context.Context, name client.ObjectKey, object client.Object, _ ...client.GetOption) error {
	secret, ok := object.(*corev1.Secret)
	if !ok {
		return apierrors.NewNotFound(schema.GroupResource{}, name.Name)
	}
	secret.Data = map[string][]byte{"key.agekey": k.age}
	return nil
}

func main() {
	objects, err := build(os.Args[1], os.Args[2], os.Args[3], len(os.Args) > 4 && os.Args[4] == "--strict")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(objects))
}

func build(folder, file, key string, strict bool) ([]byte, error) {
	ctx := context.Background()
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	age, err := os.ReadFile(key)
	if err != nil {
		return nil, err
	}
	cluster := keys{age: age}
	var kustomization kustomizev1.Kustomization
	if err := yaml.UnmarshalStrict(text, &kustomization); err != nil {
		return nil, err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&kustomization)
	if err != nil {
		return nil, err
	}
	object := unstructured.Unstructured{Object: content}
	path := filepath.Join(folder, kustomization.Spec.Path)
	if _, err := generator.NewGenerator(folder, object).WriteFile(path); err != nil {
		return nil, err
	}
	dec, cleanup, err := decryptor.New(cluster, &kustomization, decryptor.WithRoot(folder))
	if err != nil {
		return nil, err
	}
	defer cleanup()
	if err := dec.ImportKeys(ctx); err != nil {
		return nil, err
	}
	if err := dec.DecryptSources(path); err != nil {
		return nil, err
	}
	objects, err := generator.SecureBuild(folder, path, false)
	if err != nil {
		return nil, err
	}
	for _, resource := range objects.Resources() {
		if kustomization.Spec.Decryption != nil {
			decrypted, err := dec.DecryptResource(resource)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", resource.GetName(), err)
			}
			if decrypted != nil {
				if _, err := objects.Replace(resource); err != nil {
					return nil, err
				}
			}
		}
		if kustomization.Spec.PostBuild != nil {
			always := kustomization.GetSubstituteStrategy() == kustomizev1.SubstituteStrategyAlways
			substituted, err := generator.SubstituteVariables(ctx, cluster, object, resource,
				generator.SubstituteWithStrict(strict), generator.SubstituteWithAlways(always))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", resource.GetName(), err)
			}
			if substituted != nil {
				if _, err := objects.Replace(resource); err != nil {
					return nil, err
				}
			}
		}
	}
	rendered, err := objects.AsYaml()
	if err != nil {
		return nil, err
	}
	applied, err := ssautil.ReadObjects(bytes.NewReader(rendered))
	if err != nil {
		return nil, err
	}
	sort.Sort(ssa.SortableUnstructureds(applied))
	ordered, err := ssautil.ObjectsToYAML(applied)
	return []byte(ordered), err
}
