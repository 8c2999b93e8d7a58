package fault

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestBuildersLeaveTheOriginalAlone(t *testing.T) {
	cause := errors.New("private")
	base := New(NotFound, "NONE", Text{JA: "ありません。", EN: "There is none."}).With("a", "1")
	next := base.With("b", "2").Because(cause).RetryAfter(time.Second).WithFields(Field{Path: "x"})
	if len(base.Meta()) != 1 || base.Unwrap() != nil || base.Retry() != 0 || base.Fields() != nil {
		t.Errorf("the original changed: %+v", base)
	}
	if next.Meta()["b"] != "2" || !errors.Is(next, cause) || next.Retry() != time.Second || len(next.Fields()) != 1 {
		t.Errorf("the copy lacks something: %+v", next)
	}
	next.Meta()["b"], next.Fields()[0].Path = "changed", "changed"
	if next.Meta()["b"] != "2" || next.Fields()[0].Path != "x" {
		t.Error("an accessor gives away the inside")
	}
}

func TestTheCauseStaysPrivate(t *testing.T) {
	f := New(Aborted, "STALE", Text{EN: "Too late."}).Because(errors.New("password=1234"))
	if f.Error() != "STALE: Too late." || strings.Contains(fmt.Sprintf("%v %s", f, f), "1234") {
		t.Errorf("printed %v", f)
	}
}

func TestFromFindsTheOutermost(t *testing.T) {
	inner := New(Internal, "INNER", Text{})
	err := fmt.Errorf("x: %w", New(Exists, "OUTER", Text{}).Because(inner))
	if f, ok := From(err); !ok || f.Reason() != "OUTER" || f.Kind() != Exists {
		t.Errorf("got %v", f)
	}
	if !HasReason(err, "OUTER") || HasReason(err, "INNER") || HasReason(nil, "OUTER") || HasReason(errors.New("OUTER"), "OUTER") {
		t.Error("HasReason")
	}
	if _, ok := From((*Fault)(nil)); ok {
		t.Error("a nil fault is none")
	}
}

func TestTextFallsBackToTheOtherLanguage(t *testing.T) {
	for _, c := range []struct {
		text       Text
		lang, want string
	}{
		{Text{"日", "en"}, "ja", "日"}, {Text{"日", "en"}, "en", "en"}, {Text{"日", "en"}, "", "日"},
		{Text{"日", ""}, "en", "日"}, {Text{"", "en"}, "ja", "en"},
	} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %q: %q", c.text, c.lang, got)
		}
	}
}

func TestInvalidNamesEveryField(t *testing.T) {
	f := Invalid(Field{Path: "a"}, Field{Path: "b"})
	if f.Kind() != InvalidArgument || f.Reason() != "INVALID_ARGUMENT" || len(f.Fields()) != 2 {
		t.Errorf("got %+v", f)
	}
}
