package pages

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	gatewayv1 "github.com/dakoku/dakoku/proto/gen/dakoku/gateway/v1"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
)

func image(t *testing.T, change func(*descriptorpb.FileDescriptorSet)) []byte {
	t.Helper()
	set := &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{
		protodesc.ToFileDescriptorProto(descriptorpb.File_google_protobuf_descriptor_proto),
		protodesc.ToFileDescriptorProto(optionsv1.File_dakoku_options_v1_status_proto),
		protodesc.ToFileDescriptorProto(identityv1.File_dakoku_identity_v1_error_reason_proto),
		protodesc.ToFileDescriptorProto(integrationv1.File_dakoku_integration_v1_error_reason_proto),
		protodesc.ToFileDescriptorProto(attendancev1.File_dakoku_attendance_v1_error_reason_proto),
		protodesc.ToFileDescriptorProto(gatewayv1.File_dakoku_gateway_v1_error_reason_proto),
	}}
	change(set)
	out, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestListsEveryReasonWithItsStatus(t *testing.T) {
	var page bytes.Buffer
	if err := Errors(&page, image(t, func(*descriptorpb.FileDescriptorSet) {})); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## attendance.dakoku", "| `TIMESHEET_SUBMITTED` | FAILED_PRECONDITION | 400 |", "| `ETAG_STALE` | ABORTED | 409 |"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page does not contain %q", want)
		}
	}
}

func TestRefusesAReasonWithoutStatus(t *testing.T) {
	bare := image(t, func(set *descriptorpb.FileDescriptorSet) {
		last := set.File[len(set.File)-1].EnumType[0]
		last.Value[1].Options = nil
	})
	if err := Errors(&bytes.Buffer{}, bare); err == nil || !strings.Contains(err.Error(), "no status option") {
		t.Fatalf("error %v, want one that says that the status is missing", err)
	}
}

func TestRefusesAnRPCWithoutPermission(t *testing.T) {
	rpc := func(options *descriptorpb.MethodOptions) []byte {
		return image(t, func(set *descriptorpb.FileDescriptorSet) {
			set.File = append(set.File, protodesc.ToFileDescriptorProto(optionsv1.File_dakoku_options_v1_permission_proto), &descriptorpb.FileDescriptorProto{
				Name: proto.String("new.proto"), Package: proto.String("dakoku.new.v1"), Syntax: proto.String("proto3"),
				MessageType: []*descriptorpb.DescriptorProto{{Name: proto.String("Nothing")}},
				Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("NewService"), Method: []*descriptorpb.MethodDescriptorProto{{
					Name: proto.String("Do"), InputType: proto.String(".dakoku.new.v1.Nothing"), OutputType: proto.String(".dakoku.new.v1.Nothing"), Options: options,
				}}}},
			})
		})
	}
	if err := Permissions(rpc(nil)); err == nil || !strings.Contains(err.Error(), "dakoku.new.v1.NewService.Do") {
		t.Errorf("error %v, want one that names the RPC", err)
	}
	declared := &descriptorpb.MethodOptions{}
	proto.SetExtension(declared, optionsv1.E_Permission, "session")
	if err := Permissions(rpc(declared)); err != nil {
		t.Error(err)
	}
}

func TestListsSettingsWithDefaults(t *testing.T) {
	var page bytes.Buffer
	settings := struct {
		Addr string `env:"DAKOKU_ADDR" envDefault:":1" doc:"Where."`
		Name string `env:"DAKOKU_NAME" doc:"Who."`
	}{}
	if err := Settings(&page, []Program{{Name: "program", Settings: &settings}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## program", "| `DAKOKU_ADDR` | `:1` | Where. |", "| `DAKOKU_NAME` | empty | Who. |"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page does not contain %q", want)
		}
	}
}
