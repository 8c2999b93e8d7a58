// Command thirdparty prints the third-party .proto files that ours import
// into a folder, from the descriptors in the Go modules we already depend on.
// So no third-party file is committed and no schema registry is needed.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/jhump/protoreflect/v2/protoprint"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// roots are the files that our protos import.
var roots = []string{"buf/validate/validate.proto"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: thirdparty FOLDER")
		os.Exit(2)
	}
	if err := printAll(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "thirdparty:", err)
		os.Exit(1)
	}
}

func printAll(dir string) error {
	seen := map[string]bool{}
	for _, root := range roots {
		fd, err := protoregistry.GlobalFiles.FindFileByPath(root)
		if err != nil {
			return err
		}
		if err := printFile(dir, fd, seen); err != nil {
			return err
		}
	}
	return nil
}

// printFile writes one file and what it imports. buf brings google/protobuf.
func printFile(dir string, fd protoreflect.FileDescriptor, seen map[string]bool) error {
	if seen[fd.Path()] || strings.HasPrefix(fd.Path(), "google/protobuf/") {
		return nil
	}
	seen[fd.Path()] = true
	imports := fd.Imports()
	for i := range imports.Len() {
		if err := printFile(dir, imports.Get(i).FileDescriptor, seen); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, fd.Path())
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	return new(protoprint.Printer).PrintProtoFile(fd, out)
}
