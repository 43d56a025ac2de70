// Checks the files of a deployment, each by the schema of the tool that reads it.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/cors/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/grpc_json_transcoder/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/grpc_web/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/retry/host/previous_hosts/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/anypb"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	root := os.Args[1]
	failed := false
	for name, check := range map[string]func(string) error{
		"Dockerfile":          dockerfile,
		"compose.yaml":        compose,
		"compose.galera.yaml": compose,
		"envoy/envoy.yaml":    envoy,
		"kubernetes":          kubernetes,
	} {
		if err := check(filepath.Join(root, name)); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			failed = true
		} else {
			fmt.Printf("%s: as it should be\n", name)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// Every instruction is one, and every file that is copied from the repository is there.
func dockerfile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		return err
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return err
	}
	repository := filepath.Join(filepath.Dir(path), "..")
	for _, stage := range stages {
		for _, command := range stage.Commands {
			copied, isCopy := command.(*instructions.CopyCommand)
			if !isCopy || copied.From != "" {
				continue
			}
			for _, source := range copied.SourcePaths {
				if _, err := os.Stat(filepath.Join(repository, source)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// By compose's own loader; every file that is mounted is there, but for secrets, which somebody has to make, and what a build makes.
func compose(path string) error {
	options, err := cli.NewProjectOptions([]string{path}, cli.WithOsEnv, cli.WithProfiles([]string{"*"}))
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	for _, service := range project.Services {
		for _, volume := range service.Volumes {
			if volume.Type != "bind" || strings.Contains(volume.Source, "/target/") {
				continue
			}
			if _, err := os.Stat(volume.Source); err != nil {
				return fmt.Errorf("%s: %w", service.Name, err)
			}
		}
		for _, secret := range service.Secrets {
			if _, ok := project.Secrets[secret.Source]; !ok {
				return fmt.Errorf("%s: no secret %s", service.Name, secret.Source)
			}
		}
	}
	return nil
}

// No field that Envoy does not know, and every rule that its protobuf states, also within what is nested as Any.
func envoy(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	json, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return err
	}
	var config bootstrap.Bootstrap
	if err := protojson.Unmarshal(json, &config); err != nil {
		return err
	}
	return valid(&config)
}

func valid(message proto.Message) error {
	if checked, ok := message.(interface{ ValidateAll() error }); ok {
		if err := checked.ValidateAll(); err != nil {
			return err
		}
	}
	if nested, ok := message.(*anypb.Any); ok {
		inner, err := nested.UnmarshalNew()
		if err != nil {
			return err
		}
		return valid(inner)
	}
	var failure error
	message.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
			if field.MapValue().Message() != nil {
				value.Map().Range(func(_ protoreflect.MapKey, item protoreflect.Value) bool {
					failure = valid(item.Message().Interface())
					return failure == nil
				})
			}
		case field.Message() == nil:
		case field.IsList():
			for i := 0; i < value.List().Len() && failure == nil; i++ {
				failure = valid(value.List().Get(i).Message().Interface())
			}
		default:
			failure = valid(value.Message().Interface())
		}
		return failure == nil
	})
	return failure
}

// Every file that the kustomization names, into the types of Kubernetes, with no field left over.
func kubernetes(path string) error {
	text, err := os.ReadFile(filepath.Join(path, "kustomization.yaml"))
	if err != nil {
		return err
	}
	var kustomization struct {
		Resources []string `json:"resources"`
	}
	if err := yaml.Unmarshal(text, &kustomization); err != nil {
		return err
	}
	for _, name := range kustomization.Resources {
		text, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			return err
		}
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			if err := object(document); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

func object(document []byte) error {
	var kind struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal(document, &kind); err != nil {
		return err
	}
	kinds := map[string]any{
		"Namespace":           &corev1.Namespace{},
		"ConfigMap":           &corev1.ConfigMap{},
		"ServiceAccount":      &corev1.ServiceAccount{},
		"Service":             &corev1.Service{},
		"Deployment":          &appsv1.Deployment{},
		"Job":                 &batchv1.Job{},
		"NetworkPolicy":       &networkingv1.NetworkPolicy{},
		"PodDisruptionBudget": &policyv1.PodDisruptionBudget{},
	}
	target, known := kinds[kind.Kind]
	if !known {
		return fmt.Errorf("kind: %q (expected: one that is checked)", kind.Kind)
	}
	return yaml.UnmarshalStrict(document, target)
}
