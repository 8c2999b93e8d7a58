package identity

import (
	"regexp"
	"testing"
)

func TestSecretsHaveTheirForm(t *testing.T) {
	seen := map[string]bool{}
	form := regexp.MustCompile(`^dkk_[0-9A-Za-z]{49}$`)
	for range 200 {
		secret := NewSecret(KeyPrefix)
		if !form.MatchString(secret) || seen[secret] || !WellFormed(KeyPrefix, secret) || WellFormed(SetupPrefix, secret) {
			t.Fatalf("not a good secret: form %v, seen %v", form.MatchString(secret), seen[secret])
		}
		seen[secret] = true
	}
}

func TestATypingErrorIsNoticed(t *testing.T) {
	secret := []byte(NewSecret(SetupPrefix))
	for i := len(SetupPrefix); i < len(secret); i++ {
		wrong := append([]byte(nil), secret...)
		if wrong[i]++; wrong[i] == ':' || wrong[i] == '[' || wrong[i] == '{' {
			wrong[i] = 'Q'
		}
		if string(wrong) != string(secret) && WellFormed(SetupPrefix, string(wrong)) {
			t.Errorf("position %d", i)
		}
	}
	for _, text := range []string{"", "dks_", "dks_!", string(secret) + "0", string(secret[:len(secret)-1])} {
		if WellFormed(SetupPrefix, text) {
			t.Errorf("%d characters pass", len(text))
		}
	}
}
