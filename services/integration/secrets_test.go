package integration_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"
	"github.com/dakoku/dakoku/simulator"
)

// TestSecretsStayInside stores keys, a token and a message, sends it, provokes
// errors, and then looks for every secret in logs, answers and all columns.
func TestSecretsStayInside(t *testing.T) {
	w := newWorld(t)
	tenant := uuid.NewString()
	ctx := as(t, tenant)
	person := w.user(t, "canary-login@example")
	conn, keys := w.activeV2(ctx, t)
	v1 := w.connection(ctx, t)
	keysV1, err := w.sim.NewBotV1(simulator.BotSpec{Domain: w.domain})
	if err != nil {
		t.Fatal(err)
	}
	w.activate(ctx, t, v1, inV1(keysV1))
	issued, err := w.admin.ListTokens(ctx, &integrationv1.ListTokensRequest{Connection: conn})
	if err != nil {
		t.Fatal(err)
	}
	const name = "秘密の名前さん"
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, name),
		reply(tenant, v1, key(t), integrationv1.Credentials_V1, person.Email, name))
	eventually(t, "both messages", func() bool {
		return len(w.shown(t, person.ID, keys.BotID)) == 1 && len(w.shown(t, person.ID, keysV1.BotNo)) == 1
	})
	w.sim.Fail(simulator.Fault{Class: simulator.ClassMessages, Status: 403})
	w.send(t, reply(tenant, conn, key(t), integrationv1.Credentials_V2, person.ID, name),
		reply(tenant, v1, key(t), integrationv1.Credentials_V1, person.Email, name))
	eventually(t, "refusals in the log", func() bool { return strings.Count(w.logs.String(), "outbound message not sent") >= 2 })

	secrets := map[string]string{
		"bot secret": keys.BotSecret, "client secret": keys.ClientSecret, "private key": middle(keys.PrivateKey),
		"consumer key": keysV1.ConsumerKey, "auth key": middle(keysV1.AuthKey),
		"callback token": issued.GetTokens()[0].GetToken(), "name": name,
	}
	shown := w.answers(ctx, t, conn, v1, keys)
	columns := w.columns(t)
	for what, secret := range secrets {
		for where, text := range map[string]string{"the log": w.logs.String(), "an answer": shown, "a column": columns} {
			if strings.Contains(text, secret) {
				t.Errorf("%s appears in %s", what, where)
			}
		}
	}
	for what, secret := range map[string]string{"API ID": keysV1.APIID, "login id": person.Email} {
		if strings.Contains(w.logs.String(), secret) {
			t.Errorf("%s appears in the log", what)
		}
	}
	if strings.Contains(columns, keysV1.APIID) {
		t.Error("the API ID, which signs callbacks, appears in a column")
	}
}

func middle(pem string) string { return strings.Split(pem, "\n")[3] }

// answers is every answer and error of the admin service that has to do with
// keys, but the listing of tokens.
func (w *world) answers(ctx context.Context, t *testing.T, conn, v1 string, keys simulator.CredentialsV2) string {
	t.Helper()
	var out strings.Builder
	note := func(m proto.Message, err error) {
		fmt.Fprintf(&out, "%s %v\n", protojson.Format(m), err)
	}
	for _, c := range []string{conn, v1} {
		got, err := w.admin.GetCredentials(ctx, &integrationv1.GetCredentialsRequest{Connection: c})
		note(got, err)
	}
	bad := inV2(keys)
	bad.ServiceAccount, bad.BotId = "", keys.BotSecret
	refused, err := w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: bad})
	note(refused, err)
	mixed := inV2(keys)
	mixed.PrivateKey = strings.Replace(mixed.PrivateKey, "BEGIN", "BEGUN", 1)
	refused, err = w.admin.UpdateCredentials(ctx, &integrationv1.UpdateCredentialsRequest{Connection: conn, Credentials: mixed})
	note(refused, err)
	got, err := w.admin.GetConnection(ctx, &integrationv1.GetConnectionRequest{Connection: conn})
	note(got, err)
	return out.String()
}

// columns is the text of every row of every table of the context.
func (w *world) columns(t *testing.T) string {
	t.Helper()
	owner := w.db.Owner(t)
	rows, err := owner.Query(t.Context(), `select table_name from information_schema.tables where table_schema = 'integration'`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 9 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	var out strings.Builder
	for _, table := range tables {
		rows, err := owner.Query(t.Context(), `select row_to_json(x)::text || ' ' || encode(convert_to(x::text, 'UTF8'), 'escape') from integration.`+pgx.Identifier{table}.Sanitize()+` x`)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(unhex(strings.Join(texts, "\n")))
	}
	return out.String()
}
