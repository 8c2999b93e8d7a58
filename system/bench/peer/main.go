// Command peer is what a company would write by hand instead of running Dakoku: one process that checks the signature,
// looks up who it was, and stores a row for each callback. It has no companies, no rules, no answers, no audit and no
// place for callbacks while the database is away. It is here to be measured beside the product and shares no code with it.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// words are what a punch is told by.
var words = map[string]string{"出勤": "in", "退勤": "out", "休憩": "break", "復帰": "back"}

type peer struct {
	pool   *pgxpool.Pool
	secret []byte
}

func main() {
	pool, err := pgxpool.New(context.Background(), os.Getenv("PEER_DATABASE_URL"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	p := &peer{pool: pool, secret: []byte(os.Getenv("PEER_SECRET"))}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /callback", p.callback)
	server := http.Server{Addr: os.Getenv("PEER_ADDR"), Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}

func (p *peer) callback(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.WriteHeader(p.store(r, body))
}

// store answers the status.
func (p *peer) store(r *http.Request, body []byte) int {
	mac := hmac.New(sha256.New, p.secret)
	_, _ = mac.Write(body) // a hash takes everything
	signature, err := base64.StdEncoding.DecodeString(r.Header.Get("X-WORKS-Signature"))
	if err != nil || !hmac.Equal(signature, mac.Sum(nil)) {
		return http.StatusUnauthorized
	}
	var event struct {
		Source     struct{ UserID string }
		IssuedTime time.Time
		Content    struct{ Text string }
	}
	if err := json.Unmarshal(body, &event); err != nil {
		return http.StatusBadRequest
	}
	kind := kindOf(event.Content.Text)
	var employee int64
	if kind == "" || p.pool.QueryRow(r.Context(), "select employee_id from bench.link where user_id = $1", event.Source.UserID).Scan(&employee) != nil {
		return http.StatusOK // no punch
	}
	key := sha256.Sum256(body)
	_, err = p.pool.Exec(r.Context(), "insert into bench.punch (employee_id, kind, at, key) values ($1, $2, $3, $4) on conflict do nothing",
		employee, kind, event.IssuedTime, key[:])
	if err != nil {
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

func kindOf(text string) string {
	for word, kind := range words {
		if strings.Contains(text, word) {
			return kind
		}
	}
	return ""
}
