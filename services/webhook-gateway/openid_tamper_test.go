package gateway_test

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
)

// header says how a token is signed.
type header struct {
	alg string
	key *rsa.PrivateKey
}

// ServeHTTP is the real provider, whose answers the test may change: what it
// signs is signed anew.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	away, tamper := p.away, p.tamper
	if strings.HasPrefix(r.URL.Path, "/.well-known/") {
		p.asked++
	}
	p.mu.Unlock()
	kept := httptest.NewRecorder()
	switch {
	case away:
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case r.URL.Path == "/login":
		p.login(w, r)
		return
	case r.URL.Path == "/oauth/token" && tamper != nil:
		p.answers.ServeHTTP(kept, r)
		change(kept, func(answer map[string]any) { p.resign(answer, tamper) })
	case r.URL.Path == "/keys" && tamper != nil:
		p.answers.ServeHTTP(kept, r)
		change(kept, publishSecret)
	default:
		p.answers.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(kept.Code)
	_, _ = w.Write(kept.Body.Bytes())
}

// publishSecret adds a key to the provider's that is for signatures with a shared
// secret: then nothing but the algorithm is wrong with one.
func publishSecret(answer map[string]any) {
	keys, _ := answer["keys"].([]any)
	answer["keys"] = append(keys, map[string]string{"kty": "oct", "kid": "shared", "k": base64.RawURLEncoding.EncodeToString([]byte(clientSecret))})
}

func change(kept *httptest.ResponseRecorder, edit func(map[string]any)) {
	var answer map[string]any
	if kept.Code != http.StatusOK || json.Unmarshal(kept.Body.Bytes(), &answer) != nil {
		return
	}
	edit(answer)
	raw, _ := json.Marshal(answer)
	kept.Body = bytes.NewBuffer(raw)
}

// resign lets tamper change the claims and signs what comes out.
func (p *provider) resign(answer map[string]any, tamper func(map[string]any, *header)) {
	token, _ := answer["id_token"].(string)
	payload, _ := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	var claims map[string]any
	_ = json.Unmarshal(payload, &claims)
	h := &header{alg: "RS256", key: p.key}
	tamper(claims, h)
	if claims["drop"] == true {
		delete(answer, "id_token")
		return
	}
	kid := "k1"
	if h.alg == "HS256" {
		kid = "shared"
	}
	head, _ := json.Marshal(map[string]string{"alg": h.alg, "kid": kid, "typ": "JWT"})
	payload, _ = json.Marshal(claims)
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(payload)
	answer["id_token"] = text + "." + base64.RawURLEncoding.EncodeToString(sign(h, text))
}

func sign(h *header, text string) []byte {
	sum := sha256.Sum256([]byte(text))
	switch h.alg {
	case "none":
		return nil
	case "HS256": // with what everybody knows, as if the public key were a secret
		mac := hmac.New(sha256.New, []byte(clientSecret))
		mac.Write([]byte(text))
		return mac.Sum(nil)
	}
	signature, _ := rsa.SignPKCS1v15(rand.Reader, h.key, crypto.SHA256, sum[:])
	return signature
}
