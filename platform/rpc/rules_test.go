package rpc

import (
	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

const (
	stringType  = descriptorpb.FieldDescriptorProto_TYPE_STRING
	boolType    = descriptorpb.FieldDescriptorProto_TYPE_BOOL
	int32Type   = descriptorpb.FieldDescriptorProto_TYPE_INT32
	messageType = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE
)

// askFields are the fields of the test message; each breaks for one reason.
func askFields() []*descriptorpb.FieldDescriptorProto {
	custom := &validate.FieldRules{Ignore: validate.Ignore_IGNORE_IF_ZERO_VALUE.Enum(), Cel: []*validate.Rule{
		{Id: proto.String("closing_day.real"), Message: proto.String("締め日が正しくありません。 | The closing day is not valid."), Expression: proto.String("this != 29")},
	}}
	items := field("line_items", 4, messageType, &validate.FieldRules{Type: &validate.FieldRules_Repeated{
		Repeated: &validate.RepeatedRules{MaxItems: proto.Uint64(2)},
	}})
	items.Label, items.TypeName = descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum(), proto.String(".rpctest.Item")
	return []*descriptorpb.FieldDescriptorProto{
		field("must_have", 1, stringType, &validate.FieldRules{Required: proto.Bool(true)}),
		field("short_text", 2, stringType, stringRules(&validate.StringRules{MinLen: proto.Uint64(2), MaxLen: proto.Uint64(5)})),
		field("page_size", 3, int32Type, &validate.FieldRules{Type: &validate.FieldRules_Int32{Int32: &validate.Int32Rules{
			GreaterThan: &validate.Int32Rules_Gte{Gte: 0}, LessThan: &validate.Int32Rules_Lte{Lte: 500},
		}}}),
		items,
		field("e_mail", 5, stringType, stringRules(&validate.StringRules{WellKnown: &validate.StringRules_Email{Email: true}})),
		field("some_id", 6, stringType, stringRules(&validate.StringRules{WellKnown: &validate.StringRules_Uuid{Uuid: true}})),
		field("closing_day", 7, int32Type, custom),
		field("code_name", 8, stringType, stringRules(&validate.StringRules{Pattern: proto.String("^[a-z]+$")})),
		field("at_most", 9, int32Type, &validate.FieldRules{Type: &validate.FieldRules_Int32{Int32: &validate.Int32Rules{
			LessThan: &validate.Int32Rules_Lte{Lte: 9},
		}}}),
		field("validate_only", 10, boolType, &validate.FieldRules{}),
	}
}
