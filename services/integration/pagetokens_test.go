package integration_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/dakoku/dakoku/platform/page"
)

const pageID = "0195f000-0000-7000-8000-0000000000ab"

// hostile are values that somebody may put into a token; none is what we write.
var hostile = []string{
	"", "x", "urn:uuid:" + pageID, "{" + pageID + "}", "0195F000-0000-7000-8000-0000000000AB", "0195f000000070008000000000000000", "a\x00b",
	"now", "infinity", "0000-01-01T00:00:00Z", "294277-01-01T00:00:00Z", "2026-11-23T00:00:00,5Z", "0", "-1", "+1", "9223372036854775808", "\u2028",
}

// list is one list with the values that its tokens hold.
type list struct {
	id     page.List
	values []string
}

// A token that somebody has made by hand is refused for what it is by every list.
func TestCraftedPageTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := as(t, uuid.NewString())
	lists := map[string]list{
		"ListConnections":        {page.Of("connections"), []string{"2026-11-23T00:00:00Z", pageID}},
		"ListIntegrations":       {page.Of("integrations"), nil},
		"ListTokens":             {page.Of("tokens", pageID), []string{"2026-11-23T00:00:00Z", pageID}},
		"ListSecretUses":         {page.Of("secretUses", pageID), []string{"2026-11-23T00:00:00Z", pageID}},
		"ListAccountLinks":       {page.Of("accountLinks"), []string{pageID}},
		"ListAccountLinkChanges": {page.Of("accountLinkChanges", pageID), []string{"17"}},
		"ListUnlinkedSenders":    {page.Of("unlinkedSenders"), []string{"2026-11-23T00:00:00Z", pageID}},
	}
	found := 0
	for _, service := range []string{"IntegrationAdminService", "LinkAdminService"} {
		desc, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName("dakoku.integration.v1." + service))
		if err != nil {
			t.Fatal(err)
		}
		methods := desc.(protoreflect.ServiceDescriptor).Methods()
		for i := range methods.Len() {
			if methods.Get(i).Input().Fields().ByName("page_token") == nil {
				continue
			}
			of, known := lists[string(methods.Get(i).Name())]
			if !known {
				t.Errorf("%s is not tested", methods.Get(i).FullName())
				continue
			}
			found++
			w.craft(ctx, t, methods.Get(i), of)
		}
	}
	if found != len(lists) {
		t.Errorf("%d of %d lists were found", found, len(lists))
	}
}

// craft tries every hostile value in every place of a token.
func (w *world) craft(ctx context.Context, t *testing.T, method protoreflect.MethodDescriptor, of list) {
	t.Helper()
	if got := w.page(ctx, t, method, of, of.values...); got == "PAGE_TOKEN_INVALID" {
		t.Errorf("%s: an honest token was refused: %s", method.Name(), got)
	}
	for place := range of.values {
		for _, bad := range hostile {
			values := append([]string(nil), of.values...)
			values[place] = bad
			if got := w.page(ctx, t, method, of, values...); got != "PAGE_TOKEN_INVALID" {
				t.Errorf("%s, %q in place %d: %q", method.Name(), bad, place, got)
			}
		}
	}
}

// page asks for the page behind a token and returns the reason of the refusal.
func (w *world) page(ctx context.Context, t *testing.T, method protoreflect.MethodDescriptor, of list, values ...string) string {
	t.Helper()
	token, err := of.id.Token(values...)
	if err != nil {
		t.Fatal(err)
	}
	in, out := dynamicpb.NewMessage(method.Input()), dynamicpb.NewMessage(method.Output())
	for _, name := range []protoreflect.Name{"connection", "employee"} {
		if field := method.Input().Fields().ByName(name); field != nil {
			in.Set(field, protoreflect.ValueOfString(pageID))
		}
	}
	in.Set(method.Input().Fields().ByName("page_token"), protoreflect.ValueOfString(token))
	full := "/" + string(method.Parent().FullName()) + "/" + string(method.Name())
	return reason(w.adminConn.Invoke(ctx, full, proto.Message(in), proto.Message(out)))
}
