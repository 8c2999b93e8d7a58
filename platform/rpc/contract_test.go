package rpc

import (
	"context"
	"sync"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// contract is a proto file made in memory: two permission options, one that asks for a proof, a message with
// rules, the service Desk whose methods carry permissions and the service Bare
// whose method carries none.
type contract struct {
	permission protoreflect.ExtensionType
	own        protoreflect.ExtensionType
	stepUp     protoreflect.ExtensionType
	ask        protoreflect.MessageDescriptor
}

const (
	desk = "rpctest.Desk"
	bare = "rpctest.Bare"
)

var deskPermissions = map[string]string{
	"Public": "public", "Session": "session", "Machine": "machine", "Edit": "desk.edit", "Follow": "machine",
	"Look": "desk.look", "Seal": "desk.edit",
}

// theContract is built once, because the registry of descriptors is global.
var theContract = sync.OnceValues(buildContract)

func buildContract() (*contract, error) {
	options, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("rpctest/options.proto"), Package: proto.String("rpctest"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/descriptor.proto"},
		Extension:  []*descriptorpb.FieldDescriptorProto{methodOption("permission", 50100), methodOption("own_permission", 50101), flagOption("step_up", 50102)},
	}, protoregistry.GlobalFiles)
	if err != nil {
		return nil, err
	}
	permission, own := dynamicpb.NewExtensionType(options.Extensions().Get(0)), dynamicpb.NewExtensionType(options.Extensions().Get(1))
	stepUp := dynamicpb.NewExtensionType(options.Extensions().Get(2))
	file, err := protodesc.NewFile(contractFile(permission, own, stepUp), protoregistry.GlobalFiles)
	if err != nil {
		return nil, err
	}
	return &contract{permission, own, stepUp, file.Messages().ByName("Ask")}, protoregistry.GlobalFiles.RegisterFile(file)
}

func methodOption(name string, number int32) *descriptorpb.FieldDescriptorProto {
	return &descriptorpb.FieldDescriptorProto{
		Name: proto.String(name), Number: proto.Int32(number), Extendee: proto.String(".google.protobuf.MethodOptions"),
		Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum(), Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
	}
}

func flagOption(name string, number int32) *descriptorpb.FieldDescriptorProto {
	option := methodOption(name, number)
	option.Type = descriptorpb.FieldDescriptorProto_TYPE_BOOL.Enum()
	return option
}

func contractFile(permission, own, stepUp protoreflect.ExtensionType) *descriptorpb.FileDescriptorProto {
	service := &descriptorpb.ServiceDescriptorProto{Name: proto.String("Desk")}
	for name, value := range deskPermissions {
		options := &descriptorpb.MethodOptions{}
		proto.SetExtension(options, permission, value)
		if name == "Look" {
			proto.SetExtension(options, own, "desk.lookOwn")
		}
		if name == "Seal" {
			proto.SetExtension(options, stepUp, true)
		}
		service.Method = append(service.Method, methodProto(name, options))
	}
	return &descriptorpb.FileDescriptorProto{
		Name: proto.String("rpctest/desk.proto"), Package: proto.String("rpctest"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/empty.proto", "buf/validate/validate.proto"},
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("Ask"), Field: askFields()},
			{Name: proto.String("Item"), Field: []*descriptorpb.FieldDescriptorProto{
				field("display_name", 1, descriptorpb.FieldDescriptorProto_TYPE_STRING, stringRules(&validate.StringRules{MaxLen: proto.Uint64(3)})),
			}},
		},
		Service: []*descriptorpb.ServiceDescriptorProto{service, {
			Name: proto.String("Bare"), Method: []*descriptorpb.MethodDescriptorProto{methodProto("Forgotten", nil)},
		}},
	}
}

func methodProto(name string, options *descriptorpb.MethodOptions) *descriptorpb.MethodDescriptorProto {
	return &descriptorpb.MethodDescriptorProto{
		Name: proto.String(name), Options: options, ServerStreaming: proto.Bool(name == "Follow"),
		InputType: proto.String(".rpctest.Ask"), OutputType: proto.String(".google.protobuf.Empty"),
	}
}

func field(name string, n int32, kind descriptorpb.FieldDescriptorProto_Type, rules *validate.FieldRules) *descriptorpb.FieldDescriptorProto {
	f := &descriptorpb.FieldDescriptorProto{
		Name: proto.String(name), Number: proto.Int32(n), Type: kind.Enum(),
		Label: descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(), Options: &descriptorpb.FieldOptions{},
	}
	proto.SetExtension(f.Options, validate.E_Field, rules)
	return f
}

func stringRules(r *validate.StringRules) *validate.FieldRules {
	return &validate.FieldRules{Type: &validate.FieldRules_String_{String_: r}, Ignore: validate.Ignore_IGNORE_IF_ZERO_VALUE.Enum()}
}

// deskDesc is what the generated code of a service would register.
func deskDesc(service string, methods ...string) *grpc.ServiceDesc {
	d := &grpc.ServiceDesc{ServiceName: service, HandlerType: (*any)(nil)}
	for _, name := range methods {
		if name == "Follow" {
			d.Streams = append(d.Streams, grpc.StreamDesc{StreamName: name, Handler: follow, ServerStreams: true})
			continue
		}
		d.Methods = append(d.Methods, grpc.MethodDesc{MethodName: name, Handler: answerUnary(service, name)})
	}
	return d
}

// clerk is the implementation behind every method.
type clerk func(ctx context.Context, ask proto.Message) error

func answerUnary(service, name string) func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
	return func(srv any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
		in, err := newAsk()
		if err != nil {
			return nil, err
		}
		if err := decode(in); err != nil {
			return nil, err
		}
		info := &grpc.UnaryServerInfo{Server: srv, FullMethod: "/" + service + "/" + name}
		return intercept(ctx, in, info, func(ctx context.Context, req any) (any, error) {
			return &emptypb.Empty{}, srv.(clerk)(ctx, req.(proto.Message))
		})
	}
}

func follow(srv any, ss grpc.ServerStream) error {
	in, err := newAsk()
	if err != nil {
		return err
	}
	if err := ss.RecvMsg(in); err != nil {
		return err
	}
	return srv.(clerk)(ss.Context(), in)
}

func newAsk() (*dynamicpb.Message, error) {
	c, err := theContract()
	if err != nil {
		return nil, err
	}
	return dynamicpb.NewMessage(c.ask), nil
}
