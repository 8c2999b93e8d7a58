package pages

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	optionsv1 "github.com/dakoku/dakoku/proto/gen/dakoku/options/v1"
)

// Permissions makes sure that every RPC of a serialized descriptor set says which
// permission a caller needs, so that one that does not cannot be generated.
func Permissions(descriptors []byte) error {
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(descriptors, &set); err != nil {
		return fmt.Errorf("descriptor set: %w", err)
	}
	files, err := protodesc.NewFiles(&set)
	if err != nil {
		return fmt.Errorf("descriptor set: %w", err)
	}
	var missing []string
	files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for j := range methods.Len() {
				if value, _ := proto.GetExtension(methods.Get(j).Options(), optionsv1.E_Permission).(string); value == "" {
					missing = append(missing, string(methods.Get(j).FullName()))
				}
			}
		}
		return true
	})
	if len(missing) > 0 {
		return fmt.Errorf("no option (dakoku.options.v1.permission): %s", strings.Join(missing, ", "))
	}
	return nil
}
