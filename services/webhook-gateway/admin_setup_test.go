package gateway_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSetUpMakesCompanyAdministratorAndSession(t *testing.T) {
	d := openDoor(t)
	secret, file := d.admin.SetupSecret()
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("setup secret file: %v %v", info, err)
	}
	raw, err := os.ReadFile(file)
	if err != nil || strings.TrimSpace(string(raw)) != secret.Reveal() || !strings.HasPrefix(secret.Reveal(), "dks_") {
		t.Fatalf("setup secret file does not hold the secret: %v", err)
	}
	a := d.inTime(http.MethodPost, "/v1/setup", setupBody(secret.Reveal()))
	session := d.session(a)
	if strings.Contains(a.raw, strings.TrimPrefix(session, "dakoku=")) {
		t.Error("the session secret is in the body")
	}
	organization := a.json["organization"].(map[string]any)
	if organization["name"] != "株式会社最上" || organization["closingDay"] != 20.0 || a.json["administrator"].(map[string]any)["role"] != "ADMINISTRATOR" ||
		!cmp.Equal(a.json["administrator"], a.json["account"]) {
		t.Errorf("answer %s", a.raw)
	}
	who := d.do(http.MethodGet, "/v1/session", "", "Cookie", session)
	if who.status != http.StatusOK || who.json["account"].(map[string]any)["email"] != adminEmail {
		t.Errorf("who am I: %d %s", who.status, who.raw)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the used secret is still in its file: %v", err)
	}
	got := d.calendars.next(t)
	if got.GetTenant() != organization["id"] || got.GetClosingDay() != 20 || got.GetTimeZone() != "Asia/Tokyo" || got.GetRevision() != 1 {
		t.Errorf("calendar %v", got)
	}
}

func TestSetUpNamesEveryWrongFieldAtOnce(t *testing.T) {
	d := openDoor(t)
	secret, _ := d.admin.SetupSecret()
	a := d.do(http.MethodPost, "/v1/setup", `{"setupSecret":"`+secret.Reveal()+`",
		"organization":{"name":" ","timeZone":"Asia/Tokio","locale":"fr","closingDay":29},
		"administrator":{"email":"nobody","name":"","password":"short"}}`, "Accept-Language", "en")
	want := []string{
		"organization.name NAME_LENGTH", "organization.timeZone TIME_ZONE_UNKNOWN", "organization.locale LOCALE_UNKNOWN",
		"organization.closingDay CLOSING_DAY_RANGE", "administrator.email EMAIL_FORMAT", "administrator.name NAME_LENGTH",
		"administrator.password PASSWORD_TOO_SHORT",
	}
	if diff := cmp.Diff(want, a.fields()); a.status != http.StatusBadRequest || diff != "" {
		t.Errorf("%d %s\n%s", a.status, a.raw, diff)
	}
	if a.json["message"] != "The request has invalid fields." {
		t.Errorf("message %v", a.json["message"])
	}
}

func TestSetUpRefusesWrongSecretsAndSlowsThemDown(t *testing.T) {
	d := openDoor(t)
	reasons := map[string]int{}
	for range 12 {
		a := d.inTime(http.MethodPost, "/v1/setup", setupBody("dks_wrong"))
		reasons[a.reason()]++
		if a.status != http.StatusUnauthorized && a.status != http.StatusTooManyRequests {
			t.Fatalf("%d %s", a.status, a.raw)
		}
		if a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if reasons["SETUP_SECRET_WRONG"] == 0 || reasons["TOO_MANY_ATTEMPTS"] == 0 {
		t.Errorf("reasons %v", reasons)
	}
	d.setUp() // whoever has the secret is not kept out by others who try
}

func TestAHundredSetUpsAtOnceMakeOneOrganization(t *testing.T) {
	d := openDoor(t)
	secret, _ := d.admin.SetupSecret()
	var mu sync.Mutex
	statuses, reasons := map[int]int{}, map[string]int{}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			a := d.inTime(http.MethodPost, "/v1/setup", setupBody(secret.Reveal()))
			mu.Lock()
			defer mu.Unlock()
			statuses[a.status]++
			reasons[a.reason()]++
		})
	}
	all.Wait()
	if statuses[http.StatusOK] != 1 || statuses[http.StatusNotFound] != 99 || reasons["SETUP_DONE"] != 99 {
		t.Errorf("statuses %v, reasons %v", statuses, reasons)
	}
	var organizations int
	err := d.db.Owner(t).QueryRow(t.Context(), "select count(*) from identity.organizations").Scan(&organizations)
	if err != nil || organizations != 1 {
		t.Errorf("%d organizations, %v", organizations, err)
	}
}

// Two processes that set up at the same moment meet at the offer: both have read
// it, and one uses it up. They do so for different people, whom nothing else keeps
// from having an organization each.
func TestTwoProcessesSetUpOnce(t *testing.T) {
	here := openDoor(t)
	secret, _ := here.admin.SetupSecret()
	copied := *here
	there := &copied
	there.start()
	release := here.holdOffer()
	var mu sync.Mutex
	statuses := map[int]int{}
	var both sync.WaitGroup
	for email, d := range map[string]*door{adminEmail: here, "other@example.co.jp": there} {
		both.Go(func() {
			a := d.inTime(http.MethodPost, "/v1/setup", strings.ReplaceAll(setupBody(secret.Reveal()), adminEmail, email))
			mu.Lock()
			defer mu.Unlock()
			statuses[a.status]++
		})
	}
	release(2)
	both.Wait()
	var organizations, accounts int
	err := here.db.Owner(t).QueryRow(t.Context(), "select (select count(*) from identity.organizations), (select count(*) from identity.accounts)").
		Scan(&organizations, &accounts)
	if err != nil || organizations != 1 || accounts != 1 || statuses[http.StatusOK] != 1 || statuses[http.StatusNotFound] != 1 {
		t.Errorf("%d organizations, %d accounts, statuses %v, %v", organizations, accounts, statuses, err)
	}
}

// holdOffer keeps sets-up from using the offer up until so many wait for that.
func (d *door) holdOffer() (release func(waiting int)) {
	d.t.Helper()
	holder, watch := d.db.Owner(d.t), d.db.Owner(d.t)
	tx, err := holder.Begin(d.t.Context())
	if err == nil {
		_, err = tx.Exec(d.t.Context(), "select from identity.setup for update")
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return func(waiting int) {
		d.t.Helper()
		eventually(d.t, "the sets-up wait for the offer", func() bool {
			var n int
			err := watch.QueryRow(d.t.Context(), "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'").Scan(&n)
			return err == nil && n == waiting
		})
		if err := tx.Commit(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
	}
}

func TestSetUpStaysDoneAfterARestart(t *testing.T) {
	d := openDoor(t)
	secret, file := d.admin.SetupSecret()
	session := d.setUp()
	d.stop()
	if err := os.WriteFile(file, []byte(secret.Reveal()), 0o600); err != nil { // as if removing had failed
		t.Fatal(err)
	}
	d.cfg.SetupSecret = secret
	d.start()
	if again, _ := d.admin.SetupSecret(); again != "" {
		t.Error("a done set-up offers a secret")
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Error("the used secret is back in its file")
	}
	for _, body := range []string{setupBody(secret.Reveal()), setupBody("dks_wrong"), "{}"} {
		if a := d.do(http.MethodPost, "/v1/setup", body); a.status != http.StatusNotFound || a.reason() != "SETUP_DONE" {
			t.Errorf("%d %s", a.status, a.raw)
		}
	}
	if a := d.do(http.MethodGet, "/v1/session", "", "Cookie", session); a.status != http.StatusOK {
		t.Errorf("the session did not survive: %d", a.status)
	}
}

func TestAnUnusedSecretSurvivesARestart(t *testing.T) {
	d := openDoor(t)
	before, file := d.admin.SetupSecret()
	d.stop()
	if err := os.Chmod(file, 0o644); err != nil { // as a careless restore leaves it
		t.Fatal(err)
	}
	d.start()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("anybody may read the secret: %v %v", info, err)
	}
	if after, _ := d.admin.SetupSecret(); after != before {
		t.Error("the printed secret is not valid any more")
	}
	d.setUp()
}

// A setup secret works for 24 hours from the start that offered it first, however
// often the door restarts; then a restart shows a new one, and that works.
func TestASetupSecretExpires(t *testing.T) {
	d := openDoor(t)
	first, file := d.admin.SetupSecret()
	refused := func(name, secret string) {
		t.Helper()
		if a := d.inTime(http.MethodPost, "/v1/setup", setupBody(secret)); a.status != http.StatusUnauthorized || a.reason() != "SETUP_SECRET_WRONG" {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	d.stop()
	d.clock.add(20 * time.Hour)
	d.start()
	if again, _ := d.admin.SetupSecret(); again != first {
		t.Error("a restart within 24 hours changes the secret")
	}
	d.clock.add(4 * time.Hour)
	refused("after 24 hours", first.Reveal())
	d.stop()
	d.start()
	second, _ := d.admin.SetupSecret()
	raw, err := os.ReadFile(file)
	if err != nil || second == first || second == "" || strings.TrimSpace(string(raw)) != second.Reveal() {
		t.Fatalf("no new secret after 24 hours: %v", err)
	}
	refused("the one before", first.Reveal())
	d.stop()
	if err := os.WriteFile(file, []byte(first.Reveal()), 0o600); err != nil { // from a backup
		t.Fatal(err)
	}
	d.start()
	if third, _ := d.admin.SetupSecret(); third == first || third == second {
		t.Error("a secret that is not known any more comes back from its file")
	}
	d.clock.add(24*time.Hour - time.Minute)
	d.setUp()
}

// A given secret that has expired is not offered again by a restart; another is.
func TestAGivenSecretExpires(t *testing.T) {
	d := openDoor(t, func(d *door) { d.cfg.SetupSecret = "chosen-by-the-operator" })
	d.clock.add(24 * time.Hour)
	d.stop()
	d.start()
	if a := d.inTime(http.MethodPost, "/v1/setup", setupBody("chosen-by-the-operator")); a.reason() != "SETUP_SECRET_WRONG" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	d.stop()
	d.cfg.SetupSecret = "chosen-anew-by-the-operator"
	d.start()
	if a := d.inTime(http.MethodPost, "/v1/setup", setupBody("chosen-anew-by-the-operator")); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestAGivenSecretIsNeverPrinted(t *testing.T) {
	d := openDoor(t, func(d *door) { d.cfg.SetupSecret = "chosen-by-the-operator" })
	if secret, file := d.admin.SetupSecret(); secret != "" || file != "" {
		t.Errorf("offered %q", file)
	}
	if a := d.inTime(http.MethodPost, "/v1/setup", setupBody("chosen-by-the-operator")); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

func TestCalendarIsSentWhenAttendanceComesBack(t *testing.T) {
	d := openDoor(t, func(d *door) { d.calendars.set(true) })
	session := d.setUp()
	d.stop()
	d.calendars.set(false)
	d.start()
	got := d.calendars.next(t)
	a := d.do(http.MethodGet, "/v1/organization", "", "Cookie", session)
	if a.json["id"] != got.GetTenant() {
		t.Errorf("calendar of %s, organization %s", got.GetTenant(), a.raw)
	}
	owner := d.db.Owner(t)
	eventually(t, "revision noted", func() bool {
		var pushed int
		err := owner.QueryRow(t.Context(), "select pushed_revision from identity.organizations").Scan(&pushed)
		return err == nil && pushed == 1
	})
}

func TestAPasswordIsJudgedByWhatIsKnownOfThePerson(t *testing.T) {
	d := openDoor(t)
	secret, _ := d.admin.SetupSecret()
	for password, want := range map[string]string{
		"hanako-example-2026": "PASSWORD_GUESSABLE", "passwordpassword1": "PASSWORD_GUESSABLE",
		"aaaaaaaaaaaaaaaaaaaa": "PASSWORD_GUESSABLE", strings.Repeat("長い", 65): "PASSWORD_TOO_LONG", "十四文字しかない合言葉です": "PASSWORD_TOO_SHORT",
	} {
		body := strings.Replace(setupBody(secret.Reveal()), adminPassword, password, 1)
		a := d.do(http.MethodPost, "/v1/setup", body)
		if !slices.Equal(a.fields(), []string{"administrator.password " + want}) {
			t.Errorf("%q: %v", password, a.fields())
		}
	}
}
