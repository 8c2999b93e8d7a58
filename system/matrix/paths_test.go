package matrix

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dakoku/dakoku/system/internal/operation"
)

// verbs that each path is tried with; the last is no method of anybody's.
var verbs = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"}

// guesses are what people look for at other programs, and ours spelled oddly.
var guesses = []string{
	"/.env", "/.git/config", "/.well-known/security.txt", "/actuator", "/admin", "/api", "/debug/vars", "/debug/requests", "/graphql", "/grpc.health.v1.Health/Check",
	"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/healthz", "/readyz", "/livez", "/metrics", "/openapi.json/", "/openapi.yaml", "/phpinfo.php",
	"/server-status", "/swagger.json", "/swagger-ui/", "/version", "/v1", "/v1/", "/v2/session", "/v1/session/", "//v1/session", "/v1//session", "/V1/session",
	"/docs/", "/docs/index.html", "/index.html", "/.gitkeep", "/assets/", "/assets/app/", "/assets/app/main.js.map", "/assets/../index.html", "/robots.txt",
	"/v1/lineworks/attendance/", "/v1/lineworks/attendance/a/b", "/v1/lineworks", "/debug/pprof", "/debug/pprof/cmdline", "/debug/pprof/heap", "/debug/pprof/nothing",
}

// scan asks the doors for paths.
type scan struct {
	*world
	doors    map[string]string // base by the name of the door
	key      string            // of an administrator: it can end no session
	golden   map[string]string // "admin GET /v1/retention" and who gets there
	patterns map[string]*regexp.Regexp
	met      map[string]bool // lines that are served
	unknown  map[string]bool
	refused  map[string]string // what a door says to what it does not serve
	calls    int
}

// TestEveryPathIsListed asks all three doors for every path that is written down
// anywhere in the contract or in the source, and for paths that others have, with
// every method. What is served of the API is in docs/access.md, and the rest in
// testdata/paths.txt; both are read when they change. Everything else is answered
// like any nonsense, without a word of what was asked for.
func TestEveryPathIsListed(t *testing.T) {
	w := newWorld(t)
	w.home = w.newCompany(homeMark)
	made := w.home.do("IdentityService.CreateApiKey", operation.Request{"api_key": map[string]any{"displayName": "scan", "role": "ADMINISTRATOR"}})
	s := &scan{world: w, key: text(made, "apiKey", "secret"), golden: golden(t), met: map[string]bool{}, unknown: map[string]bool{}, refused: map[string]string{},
		doors: map[string]string{"admin": w.base, "public": "http://" + w.all.PublicAddr().String(), "debug": "http://" + w.all.DebugAddr()}}
	for _, o := range w.ops {
		if by, listed := s.golden["admin "+o.Verb+" "+o.Path]; o.Path != "" && (!listed || by != who(o)) {
			t.Errorf("%s %s is for %q, and for %q in docs/access.md", o.Verb, o.Path, who(o), by)
		}
	}
	s.patterns = patternsOf(s.golden)
	written, words := spelled(t, w.ops)
	paths := distinct(slices.Concat(guesses, written, listed(s.golden)))
	for door := range s.doors {
		for _, verb := range verbs {
			if door != "admin" && !slices.Contains([]string{"GET", "POST", "DELETE"}, verb) {
				continue
			}
			for _, path := range paths {
				s.ask(door, verb, path)
			}
		}
	}
	for _, word := range words {
		s.ask("admin", "GET", word)
		s.ask("debug", "GET", word)
	}
	for _, line := range slices.Sorted(maps.Keys(s.unknown)) {
		t.Errorf("%s is served and is neither in docs/access.md nor in testdata/paths.txt", line)
	}
	built := s.met["admin GET /login"]
	for line, by := range s.golden {
		if !s.met[line] && (built || by != "console") { // a program may be built without the console
			t.Errorf("%s is listed and is not served", line)
		}
	}
	t.Logf("%d paths and methods, %d calls", len(s.met), s.calls)
}

// who gets to an operation.
func who(o *operation.Operation) string { return strings.TrimSpace(o.Permission() + " " + o.Own()) }

// golden reads docs/access.md and testdata/paths.txt: door, method and path of each
// line, and who gets there.
func golden(t *testing.T) map[string]string {
	t.Helper()
	lines, at := map[string]string{}, map[string]int{}
	for _, line := range read(t, "../../docs/access.md") {
		cell := strings.Split(line, " |")
		if len(cell) < 5 {
			continue
		}
		if len(at) == 0 {
			for i, name := range cell {
				at[strings.Trim(name, "| ")] = i
			}
			continue
		}
		if route := strings.TrimSpace(cell[at["REST"]]); route != "" {
			lines["admin "+route] = strings.TrimSpace(cell[at["permission"]] + cell[at["own data"]])
		}
	}
	for _, line := range read(t, "testdata/paths.txt") {
		if part := strings.Fields(line); len(part) > 3 && part[0] != "#" {
			lines[strings.Join(part[:3], " ")] = strings.Join(part[3:], " ")
		}
	}
	return lines
}

func read(t *testing.T, name string) []string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(raw), "\n")
}

// listed are the paths of the golden list; for those that end in a star, the part
// before.
func listed(lines map[string]string) []string {
	var list []string
	for line := range lines {
		list = append(list, strings.TrimSuffix(strings.Fields(line)[2], "*"))
	}
	return list
}

var (
	literal = regexp.MustCompile("[\"`](?:[A-Z]+ )?(/[A-Za-z0-9._~/:{}*-]*)[\"`]")
	word    = regexp.MustCompile(`"([a-z][A-Za-z0-9.-]{2,24})"`)
)

// spelled are all paths that the contract or the source of the doors spells, and
// all words in that source with a slash before them.
func spelled(t *testing.T, ops map[string]*operation.Operation) (paths, words []string) {
	t.Helper()
	for _, o := range ops {
		paths = append(paths, o.Method(), o.Path)
	}
	for _, root := range []string{"../../services/webhook-gateway", "../../platform/debughttp", "../../platform/rpc"} {
		err := filepath.WalkDir(root, func(name string, _ os.DirEntry, err error) error {
			if dist, inside := strings.CutPrefix(name, "../../services/webhook-gateway/console/dist/"); inside && err == nil {
				paths = append(paths, "/"+dist)
			}
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			raw, err := os.ReadFile(name)
			for _, found := range literal.FindAllStringSubmatch(string(raw), -1) {
				paths = append(paths, found[1])
			}
			for _, found := range word.FindAllStringSubmatch(string(raw), -1) {
				words = append(words, "/"+found[1])
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if paths, words = distinct(paths), distinct(words); len(paths) < 100 || len(words) < 150 {
		t.Fatalf("only %d paths and %d words", len(paths), len(words))
	}
	return paths, words
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(s string) bool { return s == "" })
}

var place = regexp.MustCompile(`\{[^}]*\}`)

// ask makes one request, with a body that nobody can read.
func (s *scan) ask(door, verb, path string) {
	s.t.Helper()
	path = strings.ReplaceAll(path, "{period}", "2026-10")
	path = place.ReplaceAllLiteralString(path, "6f0c2d1e-0000-4000-8000-000000000000")
	query := "?seconds=1" // of profiles
	r, err := http.NewRequestWithContext(s.t.Context(), verb, s.doors[door]+path+query, strings.NewReader("["))
	if err != nil {
		return // no path of HTTP
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	r.Header.Set("Content-Type", "application/json")
	answer, err := oneBrowser.Do(r)
	if err != nil {
		s.t.Fatalf("%s %s %s: %v", door, verb, path, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	s.calls++
	s.judge(door, verb, path, answer.StatusCode, string(raw))
}

// judge compares an answer with the lists.
func (s *scan) judge(door, verb, path string, status int, said string) {
	s.t.Helper()
	lines := s.lines(door, verb, path)
	nowhere := status == http.StatusNotFound && (door != "admin" || verb == "HEAD" || strings.Contains(said, "PATH_NOT_FOUND"))
	if served := !nowhere && status != http.StatusMethodNotAllowed; served {
		for _, line := range lines {
			s.met[line] = true
		}
		if len(lines) == 0 {
			s.unknown[fmt.Sprintf("%s %s %s (%d)", door, verb, path, status)] = true
		}
		return
	}
	other := func(verb string) bool { return len(s.lines(door, verb, path)) > 0 }
	if status == http.StatusMethodNotAllowed && !slices.ContainsFunc(verbs, other) {
		s.unknown[fmt.Sprintf("%s %s %s (%d)", door, verb, path, status)] = true
	}
	if verb == "HEAD" || len(lines) > 0 { // no body, or no such profile
		return
	}
	kind := fmt.Sprint(door, " ", status)
	if first, ok := s.refused[kind]; ok && first != said {
		s.t.Errorf("%s to %s %s: %q, to another path %q", kind, verb, path, said, first)
	}
	s.refused[kind] = said
}

// lines are those of the lists that a request is. Whatever takes GET takes HEAD, but
// for the API.
func (s *scan) lines(door, verb, path string) []string {
	if verb == "HEAD" && !strings.HasPrefix(path, "/v1/") {
		verb = "GET"
	}
	var list []string
	for line, pattern := range s.patterns {
		if strings.HasPrefix(line, door+" "+verb+" ") && pattern.MatchString(path) {
			list = append(list, line)
		}
	}
	return list
}

// patternsOf are the lists as patterns of paths: a place takes one segment, a star at
// the end takes everything.
func patternsOf(lines map[string]string) map[string]*regexp.Regexp {
	patterns := map[string]*regexp.Regexp{}
	for line := range lines {
		path := place.ReplaceAllLiteralString(strings.Fields(line)[2], "\x00")
		path = strings.ReplaceAll(regexp.QuoteMeta(path), "\x00", "[^/]+")
		if rest, all := strings.CutSuffix(path, `\*`); all {
			path = rest + ".*"
		}
		patterns[line] = regexp.MustCompile("^" + path + "$")
	}
	return patterns
}
