package link

// Emails are active employees by address, in the one spelling of accounts.
type Emails map[string][]Employee

// ByEmail sorts employees by address. Inactive ones, and those without an
// address, are nobody's match.
func ByEmail(staff []Employee) Emails {
	out := Emails{}
	for _, e := range staff {
		if key := Key(e.Email); key != "" && e.Active {
			out[key] = append(out[key], e)
		}
	}
	return out
}

// Only finds for each login id the employee with that address, if there is
// exactly one.
func (m Emails) Only(logins []string) map[string]string {
	out := map[string]string{}
	for _, login := range logins {
		if same := m[login]; len(same) == 1 {
			out[login] = same[0].ID
		}
	}
	return out
}
