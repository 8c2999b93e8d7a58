package link

import "testing"

// Only the LINE WORKS that knew a person tells that they are gone. Whom nobody has named is
// of the only one there is; who was named by one that no connection looks into any more is
// of no other.
func TestWhoseWordCounts(t *testing.T) {
	for name, c := range map[string]struct {
		home Home
		of   string
		want bool
	}{
		"its own, beside another":        {Home{Domain: "x"}, "x", true},
		"its own, the only one":          {Home{Domain: "x", Sole: true}, "x", true},
		"of another":                     {Home{Domain: "x"}, "y", false},
		"of one that is no more":         {Home{Domain: "x", Sole: true}, "y", false},
		"nobody knows which is asked":    {Home{Sole: true}, "y", false},
		"never named":                    {Home{Domain: "x"}, "", false},
		"never named, the only one":      {Home{Domain: "x", Sole: true}, "", true},
		"never named, nobody knows":      {Home{}, "", false},
		"never named, the only, no name": {Home{Sole: true}, "", true},
	} {
		if got := c.home.Knew(Link{Domain: c.of}); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What a LINE WORKS lists as not active is so, whoever knew the person before; that it has
// nobody such counts for its own people alone.
func TestAWordOfTheListIsNotAMissingOne(t *testing.T) {
	for name, vanish := range map[string]func(*Book){
		"not active": func(b *Book) { b.Vanish("u") },
		"nobody":     func(b *Book) { b.VanishFrom(Home{Domain: "x", Sole: true}, "u") },
	} {
		b := opened("taro t@x u")
		l, _ := b.Of("taro")
		l.Domain = "y"
		b.links["taro"] = l
		vanish(b)
		if l, _ = b.Of("taro"); l.Gone.IsZero() != (name == "nobody") {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
