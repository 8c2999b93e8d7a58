package load

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net"
	"strconv"
	"time"
)

// answerLimit bounds the wait for one answer.
const answerLimit = 30 * time.Second

// worker is one connection.
type worker struct {
	run     *run
	mac     hash.Hash
	conn    net.Conn
	reader  *bufio.Reader
	body    []byte
	request []byte
	status  map[string]int64
	answers []Answer
}

func newWorker(r *run) *worker {
	return &worker{run: r, mac: hmac.New(sha256.New, []byte(r.plan.Secret)), status: map[string]int64{}, answers: make([]Answer, 0, 1<<14)}
}

func (w *worker) work(ctx context.Context) {
	defer w.close()
	for {
		due, more := w.run.begin(ctx)
		if !more {
			return
		}
		status, err := w.post(w.run.next.Add(1) - 1)
		if err != nil {
			w.close()
			status = "error"
		}
		w.status[status]++
		if status == "200" {
			now := time.Now()
			w.answers = append(w.answers, Answer{At: now.Sub(w.run.began), Took: now.Sub(due)})
		}
	}
}

func (w *worker) close() {
	if w.conn != nil {
		_ = w.conn.Close()
		w.conn = nil
	}
}

// post sends the request of a number and reads its status.
func (w *worker) post(number int64) (string, error) {
	if w.conn == nil {
		conn, err := net.DialTimeout("tcp", w.run.host, answerLimit)
		if err != nil {
			return "", err
		}
		w.conn, w.reader = conn, bufio.NewReader(conn)
	}
	if err := w.conn.SetDeadline(time.Now().Add(answerLimit)); err != nil {
		return "", err
	}
	w.write(number)
	if _, err := w.conn.Write(w.request); err != nil {
		return "", err
	}
	return w.answer()
}

// write makes the request: the callback as the platform writes it, signed.
func (w *worker) write(number int64) {
	p := &w.run.plan
	users := int64(len(p.Users))
	b := append(w.body[:0], `{"type":"message","source":{"userId":"`...)
	b = append(b, p.Users[number%users]...)
	b = append(b, `","domainId":`...)
	b = strconv.AppendInt(b, p.Domain, 10)
	b = append(b, `},"issuedTime":"`...)
	b = time.Now().UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `","content":{"type":"text","text":"`...)
	b = append(b, p.Texts[number/users%int64(len(p.Texts))]...)
	w.body = append(b, `"}}`...)
	w.mac.Reset()
	_, _ = w.mac.Write(w.body) // a hash takes everything
	r := append(w.request[:0], "POST "...)
	r = append(append(append(r, w.run.path...), " HTTP/1.1\r\nHost: "...), w.run.host...)
	r = append(append(r, "\r\nContent-Type: application/json; charset=UTF-8\r\nX-WORKS-BotId: "...), p.Bot...)
	r = append(r, "\r\nX-WORKS-Signature: "...)
	r = base64.StdEncoding.AppendEncode(r, w.mac.Sum(nil))
	r = append(r, "\r\nContent-Length: "...)
	r = strconv.AppendInt(r, int64(len(w.body)), 10)
	w.request = append(append(r, "\r\n\r\n"...), w.body...)
}

// answer reads status and header; the body, of known length, is skipped. An answer of unknown length ends the connection.
func (w *worker) answer() (string, error) {
	line, err := w.reader.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	if len(line) < 12 {
		return "", bufio.ErrBufferFull
	}
	status, length, keep := string(line[9:12]), -1, true
	for {
		if line, err = w.reader.ReadSlice('\n'); err != nil {
			return "", err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			length, err = strconv.Atoi(string(value))
		case bytes.EqualFold(name, []byte("Connection")):
			keep = !bytes.EqualFold(value, []byte("close"))
		}
		if err != nil {
			return "", err
		}
	}
	if length < 0 || !keep {
		w.close()
		return status, nil
	}
	_, err = w.reader.Discard(length)
	return status, err
}
