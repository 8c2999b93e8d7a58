package gateway_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
)

// roster answers with so many employees.
func roster(n int) func(context.Context) (*attendancev1.ListEmployeesResponse, error) {
	all := &attendancev1.ListEmployeesResponse{}
	for i := range n {
		all.Employees = append(all.Employees, &attendancev1.Employee{
			Name: fmt.Sprintf("employees/%032x", i*7919), EmployeeNumber: fmt.Sprintf("E%04d", i), DisplayName: fmt.Sprintf("従業員 %d", i),
		})
	}
	return func(context.Context) (*attendancev1.ListEmployeesResponse, error) { return all, nil }
}

// unpacked reads a compressed answer, and what stands in the head of it.
func unpacked(t *testing.T, a answer) (text string, head gzip.Header) {
	t.Helper()
	packed, err := gzip.NewReader(strings.NewReader(a.raw))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw), packed.Header
}

// A long list is sent compressed to whoever reads that, padded by what is in it, and to others as it is.
func TestALongListIsCompressed(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	d.employees.answer(roster(500))
	ask := func(accept string) answer {
		return d.do(http.MethodGet, "/v1/employees", "", "Cookie", session, "Accept-Encoding", accept)
	}
	packed, again, plain := ask("gzip, deflate, br, zstd"), ask("gzip"), ask("identity")
	text, head := unpacked(t, packed)
	if packed.header.Get("Content-Encoding") != "gzip" || text != plain.raw || len(packed.raw)*4 > len(plain.raw) {
		t.Errorf("%d of %d bytes, %v", len(packed.raw), len(plain.raw), packed.header)
	}
	if head.Comment == "" || again.raw != packed.raw {
		t.Errorf("padded by %q, and when asked again by as many bytes: %v", head.Comment, again.raw == packed.raw)
	}
	for accept, a := range map[string]answer{"identity": plain, "gzip;q=0": ask("gzip;q=0"), "zstd": ask("zstd"), "br;q=x": ask("br;q=x")} {
		if a.status != http.StatusOK || a.header.Get("Content-Encoding") != "" || a.raw != plain.raw {
			t.Errorf("%s: %d %v", accept, a.status, a.header)
		}
	}
	for _, a := range []answer{packed, plain} {
		if a.header.Get("Vary") != "Accept-Encoding" || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%v", a.header)
		}
	}
	d.employees.answer(roster(3))
	if short := ask("gzip"); short.header.Get("Content-Encoding") != "" || short.header.Get("Content-Length") == "" || !strings.HasPrefix(short.raw, "{") {
		t.Errorf("a short answer: %v", short.header)
	}
}

// Refusals are answers like any other; that of an operation which could tell a secret is left as it is, however long.
func TestALongRefusalIsReadable(t *testing.T) {
	d := openDoor(t)
	session := d.setUp()
	wrong := make([]string, 40)
	for i := range wrong {
		wrong[i] = fmt.Sprintf("wrong%d", i)
	}
	read := d.do(http.MethodGet, "/v1/employees?"+strings.Join(wrong, "=1&")+"=1", "", "Cookie", session, "Accept-Encoding", "gzip")
	if text, _ := unpacked(t, read); read.status != http.StatusBadRequest || !strings.Contains(text, "wrong39") {
		t.Errorf("%d %s", read.status, text)
	}
	body := `{"` + strings.Join(wrong, `":1,"`) + `":1}`
	made := d.do(http.MethodPost, "/v1/apiKeys", body, "Cookie", session, "Accept-Encoding", "gzip")
	if made.status != http.StatusBadRequest || made.header.Get("Content-Encoding") != "" || !strings.Contains(made.raw, "wrong39") {
		t.Errorf("%d %v", made.status, made.header)
	}
	for name := range made.header {
		if strings.Contains(name, "Gzip") {
			t.Errorf("the client is told %s", name)
		}
	}
}

// Pages are compressed as well; their heads are answered without, and what a wrong address shows varies by all that it goes by.
func TestPagesAreCompressed(t *testing.T) {
	d := openDoor(t)
	for _, path := range []string{"/docs", "/openapi.json", "/assets/style.css"} {
		a := d.do(http.MethodGet, path, "", "Accept-Encoding", "gzip")
		text, _ := unpacked(t, a)
		if plain := d.do(http.MethodGet, path, "", "Accept-Encoding", "identity"); a.status != http.StatusOK || text != plain.raw {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
		if vary := strings.Join(a.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Encoding") {
			t.Errorf("%s varies by %q", path, vary)
		}
		if head := d.do(http.MethodHead, path, "", "Accept-Encoding", "gzip"); head.status != http.StatusOK || head.header.Get("Content-Encoding") != "" || head.raw != "" {
			t.Errorf("the head of %s: %d %v", path, head.status, head.header)
		}
	}
	nowhere := d.do(http.MethodGet, "/nowhere", "", "Accept", "text/html")
	if vary := strings.Join(nowhere.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Encoding") || !strings.Contains(vary, "Accept, Sec-Fetch-Mode") {
		t.Errorf("a wrong address varies by %q", vary)
	}
}
