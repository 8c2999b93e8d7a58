package matrix

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// httpOf is the HTTP status that the contract gives a code.
func httpOf(c codes.Code) int {
	return map[codes.Code]int{
		codes.OK: http.StatusOK, codes.InvalidArgument: http.StatusBadRequest, codes.FailedPrecondition: http.StatusBadRequest,
		codes.Unauthenticated: http.StatusUnauthorized, codes.PermissionDenied: http.StatusForbidden, codes.NotFound: http.StatusNotFound,
		codes.AlreadyExists: http.StatusConflict, codes.Aborted: http.StatusConflict,
	}[c]
}

// status is a cell in short: HTTP and gRPC status, "404/5".
func status(said map[string]operation.Answer) string {
	return fmt.Sprintf("%d/%d", said["REST all"].HTTP, said["gRPC all"].Code)
}

// headers are the names of the headers of an answer.
func headers(a operation.Answer) string {
	return strings.Join(slices.Sorted(maps.Keys(a.Header)), " ")
}

// fresh is what a success has made or noted: ids, times, revisions, addresses,
// secrets. No sentence and no status is one.
var fresh = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d(-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d))?|[a-z]+\d+@[a-z]+\.example|"(version|etag)": ?"[^"]*"|[A-Za-z0-9_/+-]{20,}=*`)

// without cuts the values that a request named out of its answer, so that answers
// to different requests can be compared; of a success also the ids, times and
// secrets that it makes.
func without(a operation.Answer, p props) operation.Answer {
	if a.Code == codes.OK {
		a.Raw = fresh.ReplaceAllString(a.Raw, "")
	}
	for name, value := range p {
		if isID(value) {
			a.Raw = strings.ReplaceAll(a.Raw, value, "<"+name+">")
		}
	}
	return a
}

const intro = `# Who may do what

Written by the test of the matrix (%[1]ssystem/matrix%[1]s), which tries every RPC as everybody and fails when this page differs; %[1]sDAKOKU_TEST_WRITE=1 go test ./matrix%[1]s in %[1]ssystem%[1]s writes it anew.

A cell is HTTP status / gRPC status code, on the caller's own thing, on another company's, and on one that is nowhere; a single one where the request names nothing. Who may on the data of its own employee alone has a fourth, the second: a colleague's. The answers on another company's thing and on one that is nowhere are the same but for the ids that were sent. Codes: 0 OK, 3 INVALID_ARGUMENT, 5 NOT_FOUND, 7 PERMISSION_DENIED, 16 UNAUTHENTICATED. An API key has no session and is nobody's own. What belongs to another context is an opaque id to a service; the door finds out whether it is there, so such cells differ by way: 404/0. RPCs of machines have no path. What has “yes” under “proof” asks a person for a proof of identity of the last ten minutes (PROOF_REQUIRED), unless it only checks; the last column is an administrator whose proof is older, who may do everything else like any other.

`

// compare compares the page with the committed one.
func (m *matrix) compare(file string) {
	var page strings.Builder
	fmt.Fprintf(&page, intro, "`")
	fmt.Fprint(&page, "| RPC | REST | permission | own data | proof")
	for _, c := range m.callers {
		fmt.Fprint(&page, " | ", c.title())
	}
	fmt.Fprintln(&page, " |\n|"+strings.Repeat("---|", 5+len(m.callers)))
	for _, name := range slices.Sorted(maps.Keys(m.page)) {
		o := m.ops[name]
		fmt.Fprintf(&page, "| %s | %s %s | %s | %s | %s", name, o.Verb, o.Path, o.Permission(), o.Own(), map[bool]string{true: "yes"}[o.StepUp()])
		for _, c := range m.callers {
			fmt.Fprint(&page, " | ", m.page[name][c.title()])
		}
		fmt.Fprintln(&page, " |")
	}
	if os.Getenv("DAKOKU_TEST_WRITE") != "" && !m.t.Failed() {
		if err := os.WriteFile(file, []byte(page.String()), 0o644); err != nil {
			m.t.Fatal(err)
		}
	}
	committed, err := os.ReadFile(file)
	if err != nil || string(committed) != page.String() {
		m.t.Errorf("%s does not say what was seen (%v); write it anew with DAKOKU_TEST_WRITE=1", file, err)
	}
}

// rows is everything that is stored of a company, by table.
func (w *world) rows(tenant string) map[string]string {
	w.t.Helper()
	found, err := w.owner.Query(w.t.Context(), `select c.table_schema || '.' || c.table_name from information_schema.columns c
		join information_schema.tables t using (table_schema, table_name)
		where c.column_name = 'tenant_id' and t.table_type = 'BASE TABLE' and c.table_schema in ('identity', 'integration', 'attendance', 'gateway')`)
	if err != nil {
		w.t.Fatal(err)
	}
	var tables []string
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			w.t.Fatal(err)
		}
		tables = append(tables, name)
	}
	all := map[string]string{}
	for _, name := range tables {
		var rows string
		query := "select coalesce(string_agg(t::text, chr(10) order by t::text), '') from " + name + " t where tenant_id = $1"
		if name == "integration.secret_use" {
			query += " and purpose <> 'SIGN_CALLBACKS'" // the public door loads its keys, of all companies, whenever it has to
		}
		if err := w.owner.QueryRow(w.t.Context(), query, tenant).Scan(&rows); err != nil {
			w.t.Fatal(err)
		}
		all[name] = rows
	}
	if len(all) < 30 {
		w.t.Fatalf("only %d tables", len(all))
	}
	return all
}
