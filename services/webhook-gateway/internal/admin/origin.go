package admin

import (
	"net/http"
	"net/netip"
	"strings"
)

// clientAddress is who sent the request. What a header says of it counts only
// as far as the proxies of the operator wrote it: from the right, the first
// address that is none of theirs. Empty when it is not known.
func clientAddress(r *http.Request, proxies []netip.Prefix) string {
	address, err := netip.ParseAddr(hostOf(r.RemoteAddr))
	if err != nil {
		return ""
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && within(address, proxies); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		address = hop
	}
	return address.Unmap().WithZone("").String()
}

func within(address netip.Addr, proxies []netip.Prefix) bool {
	for _, p := range proxies {
		if p.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}

// agentName is what the browser calls itself, shortened, and without characters
// that a terminal or a log could stumble over.
func agentName(r *http.Request) string {
	printable := func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}
		return c
	}
	name := strings.Map(printable, r.UserAgent())
	return name[:min(len(name), 200)]
}
