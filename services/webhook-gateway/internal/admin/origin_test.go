package admin

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// What a header says of the client counts only as far as our own proxies wrote it.
func TestASpoofedAddressIsNotBelieved(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.1:1", "", "192.0.2.1"},
		{"192.0.2.1:1", "203.0.113.9", "192.0.2.1"}, // no proxy of ours
		{"10.0.0.1:1", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1:1", "6.6.6.6, 203.0.113.9", "203.0.113.9"}, // the client wrote 6.6.6.6
		{"10.0.0.1:1", "203.0.113.9, 10.0.0.2", "203.0.113.9"},
		{"10.0.0.1:1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "203.0.113.9, nonsense", "10.0.0.1"},
		{"[2001:db8::1]:1", "::ffff:203.0.113.9", "203.0.113.9"},
		{"[fe80::1%eth0]:1", "", "fe80::1"},
		{"pipe", "203.0.113.9", ""},
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": {c.forwarded}}}
		if got := clientAddress(r, proxies); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.remote, c.forwarded, got, c.want)
		}
	}
	long := &http.Request{Header: http.Header{"User-Agent": {"a\x1b[31m\u202e" + strings.Repeat("b", 300)}}}
	if got := agentName(long); got != "a[31m"+strings.Repeat("b", 195) {
		t.Errorf("%q", got)
	}
}
