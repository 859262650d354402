// Compiles admission policies as the API servers of several versions of Kubernetes would, and evaluates them for an object. Reads a
// JSON document with both from standard input, and writes what it found to standard output.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/google/cel-go/common/types"
	admissionv1 "k8s.io/api/admission/v1"
	v1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
)

type input struct {
	// Minor versions of Kubernetes.
	Minors   []uint            `json:"minors"`
	Policies []json.RawMessage `json:"policies"`
	// A Pod that is created.
	Pod map[string]any `json:"pod"`
	// The parameter of policies that have one.
	Params map[string]any `json:"params"`
}

type result struct {
	Minor  uint     `json:"minor"`
	Policy string   `json:"policy"`
	Errors []string `json:"errors"`
	// What the evaluation for the Pod has cost, of 10,000,000 that a request may cost for each binding.
	Cost int64 `json:"cost"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		return err
	}
	results := []result{}
	for _, minor := range in.Minors {
		for _, raw := range in.Policies {
			found, err := judge(minor, raw, in)
			if err != nil {
				return err
			}
			results = append(results, found)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(results)
}

func judge(minor uint, raw json.RawMessage, in input) (result, error) {
	var meta metav1.PartialObjectMetadata
	if err := json.Unmarshal(raw, &meta); err != nil {
		return result{}, err
	}
	found := result{Minor: minor, Policy: meta.Kind + " " + meta.Name, Errors: []string{}}
	// A server compiles new expressions in the environment of the version before its own, so that it can be rolled back.
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(version.MajorMinor(1, minor-1)))
	if err != nil {
		return found, err
	}
	fail := func(name string, err error) { found.Errors = append(found.Errors, name+": "+err.Error()) }
	mode := environment.NewExpressions
	variables := func(list []v1.Variable, options cel.OptionalVariableDeclarations) {
		for _, variable := range list {
			accessor := &validating.Variable{Name: variable.Name, Expression: variable.Expression}
			if compiled := compiler.CompileAndStoreVariable(accessor, options, mode); compiled.Error != nil {
				fail(variable.Name, compiled.Error)
			}
		}
	}
	attributes, request := creation(in.Pod)
	ctx := compiler.CreateContext(context.Background())
	budget := int64(celconfig.RuntimeCELCostBudget)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: attributes.GetNamespace()}}
	bindings := cel.OptionalVariableBindings{}

	if meta.Kind == "MutatingAdmissionPolicy" {
		var policy v1.MutatingAdmissionPolicy
		if err := json.Unmarshal(raw, &policy); err != nil {
			return found, err
		}
		options := cel.OptionalVariableDeclarations{HasParams: policy.Spec.ParamKind != nil, HasAuthorizer: true}
		if options.HasParams {
			bindings.VersionedParams = &unstructured.Unstructured{Object: in.Params}
		}
		variables(policy.Spec.Variables, options)
		options.HasPatchTypes = true
		for _, mutation := range policy.Spec.Mutations {
			accessor := &patch.ApplyConfigurationCondition{Expression: mutation.ApplyConfiguration.Expression}
			evaluator := compiler.CompileMutatingEvaluator(accessor, options, mode)
			for _, err := range evaluator.CompilationErrors() {
				fail("mutation", err)
			}
			if len(found.Errors) > 0 {
				continue
			}
			evaluated, remaining, err := evaluator.ForInput(ctx, attributes, request, bindings, namespace, budget)
			if err != nil {
				fail("mutation", err)
			} else if evaluated.Error != nil {
				fail("mutation", evaluated.Error)
			}
			found.Cost += budget - remaining
		}
		return found, nil
	}

	var policy v1.ValidatingAdmissionPolicy
	if err := json.Unmarshal(raw, &policy); err != nil {
		return found, err
	}
	options := cel.OptionalVariableDeclarations{HasParams: policy.Spec.ParamKind != nil, HasAuthorizer: true}
	if options.HasParams {
		bindings.VersionedParams = &unstructured.Unstructured{Object: in.Params}
	}
	variables(policy.Spec.Variables, options)
	messageOptions := cel.OptionalVariableDeclarations{HasParams: options.HasParams}
	for _, validation := range policy.Spec.Validations {
		condition := &validating.ValidationCondition{Expression: validation.Expression}
		message := &validating.MessageExpressionCondition{MessageExpression: validation.MessageExpression}
		isViolated := true
		for _, part := range []cel.ConditionEvaluator{
			compiler.CompileCondition([]cel.ExpressionAccessor{condition}, options, mode),
			compiler.CompileCondition([]cel.ExpressionAccessor{message}, messageOptions, mode),
		} {
			for _, err := range part.CompilationErrors() {
				fail("validation", err)
			}
			// A message is needed only where the condition does not hold.
			if len(found.Errors) > 0 || !isViolated {
				continue
			}
			evaluated, remaining, err := part.ForInput(ctx, attributes, request, bindings, namespace, budget)
			if err != nil {
				fail(validation.Message, err)
				continue
			}
			if evaluated[0].Error != nil {
				fail(validation.Message, evaluated[0].Error)
			}
			isViolated = evaluated[0].EvalResult == types.False
			found.Cost += budget - remaining
			budget = remaining
		}
	}
	return found, nil
}

// creation is the request that creates a Pod.
func creation(pod map[string]any) (*admission.VersionedAttributes, *admissionv1.AdmissionRequest) {
	object := &unstructured.Unstructured{Object: pod}
	kind := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	resource := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	attributes := admission.NewAttributesRecord(object, nil, kind, object.GetNamespace(), object.GetName(), resource, "",
		admission.Create, &metav1.CreateOptions{}, false, &user.DefaultInfo{Name: "test"})
	request := cel.CreateAdmissionRequest(attributes,
		metav1.GroupVersionResource{Version: resource.Version, Resource: resource.Resource},
		metav1.GroupVersionKind{Version: kind.Version, Kind: kind.Kind})
	return &admission.VersionedAttributes{Attributes: attributes, VersionedObject: admission.NewLazyObject(object), VersionedKind: kind}, request
}
