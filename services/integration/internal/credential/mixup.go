package credential

import "github.com/dakoku/dakoku/platform/fault"

// value is what stands in a field of one word, by its fingerprint.
type value struct {
	path, print string
	secret      bool
}

// values are the fields of one word, in their order on the form.
func (s Summary) values() []value {
	public := func(path, text string) value { return value{path: path, print: Secret(text).fingerprint()} }
	if s.Version == V1 {
		return []value{
			public("botNo", s.Bot), {"apiId", s.Prints.APIID, true}, {"serverApiConsumerKey", s.Prints.ConsumerKey, true}, {"serverId", s.Prints.ServerID, false},
		}
	}
	return []value{
		public("botId", s.Bot), {"botSecret", s.Prints.BotSecret, true}, {"clientId", s.Prints.ClientID, false},
		{"clientSecret", s.Prints.ClientSecret, true}, public("serviceAccount", s.ServiceAccount),
	}
}

// alike refuses one value in two fields, of which one at least is mistaken. A
// field that has a violation already gets no second one.
func (c *checker) alike(set Set) {
	bad := map[string]bool{}
	for _, f := range c.fields {
		bad[f.Path] = true
	}
	values := set.Summary().values()
	for _, v := range values {
		for _, other := range values {
			if v.path != other.path && v.print != "" && v.print == other.print && !bad[v.path] {
				c.add(v.path, sameAs(other.path), placeOf(v.path))
				break
			}
		}
	}
}

// Against compares the set with sets of the connection that LINE WORKS accepted:
// it is a slip when a secret of theirs stands in another field, or what was
// public with them has become a secret. Sets that never worked prove nothing:
// theirs may be the slip that is mended now. The error is a fault that names
// every such field.
func (s Summary) Against(worked []Summary) error {
	var c checker
	for _, v := range s.values() {
		if other := v.strayed(worked); other != "" {
			c.add(v.path, knownAs(other), placeOf(v.path))
		}
	}
	if len(c.fields) > 0 {
		return fault.Invalid(c.fields...)
	}
	return nil
}

// Refused is the fault for values that LINE WORKS refuses, in the fields of these
// paths.
func Refused(paths ...string) error {
	var c checker
	for _, path := range paths {
		c.add(path, problemRefused, placeOf(path))
	}
	return fault.Invalid(c.fields...)
}

// UnknownBot is the fault for the number of a bot that LINE WORKS does not know.
func UnknownBot(v Version) error {
	path, p := "botId", problemNoBot
	if v == V1 {
		path, p = "botNo", problemNoBotV1
	}
	var c checker
	c.add(path, p, placeOf(path))
	return fault.Invalid(c.fields...)
}

// strayed is the field to which the value belongs by the sets; empty: to none
// other.
func (v value) strayed(worked []Summary) string {
	for _, w := range worked {
		for _, known := range w.values() {
			if v.print == known.print && v.path != known.path && (v.secret || known.secret) {
				return known.path
			}
		}
	}
	return ""
}

func sameAs(path string) *problem {
	return &problem{"SAME_AS_ANOTHER", labels[path] + " と同じ値です。どちらかを取り違えていませんか。", "The value is the same as that of " + labels[path] + ": one of the two is mistaken."}
}

func knownAs(path string) *problem {
	return &problem{"OF_ANOTHER_FIELD", "この値は、この連携で使われている " + labels[path] + " です。入力欄を取り違えていませんか。", "The value is the " + labels[path] + " that this connection uses: it stands in the wrong field."}
}
