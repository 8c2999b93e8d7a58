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
	macs    []hash.Hash // of the bots
	conn    net.Conn
	reader  *bufio.Reader
	body    []byte
	request []byte
	status  map[string]int64
	answers []Answer
}

func newWorker(r *run) *worker {
	w := &worker{run: r, status: map[string]int64{}, answers: make([]Answer, 0, 1<<14)}
	for _, bot := range r.plan.Bots {
		w.macs = append(w.macs, hmac.New(sha256.New, []byte(bot.Secret)))
	}
	return w
}

func (w *worker) work(ctx context.Context) {
	defer w.close()
	for {
		due, more := w.run.begin(ctx)
		if !more {
			return
		}
		number := w.run.next.Add(1) - 1
		status, err := w.post(number)
		if err != nil {
			w.close()
			status = "error"
		}
		w.status[status]++
		if status == "200" {
			now := time.Now()
			w.answers = append(w.answers, Answer{Number: number, At: now.Sub(w.run.began), Took: now.Sub(due)})
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
	at, user, before := p.Turn(number)
	bot, mac := &p.Bots[at], w.macs[at]
	b := append(w.body[:0], `{"type":"message","source":{"userId":"`...)
	b = append(b, bot.Users[user]...)
	b = append(b, `","domainId":`...)
	b = strconv.AppendInt(b, bot.Domain, 10)
	b = append(b, `},"issuedTime":"`...)
	b = time.Now().UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `","content":{"type":"text","text":"`...)
	b = append(b, p.Texts[before%int64(len(p.Texts))]...)
	w.body = append(b, `"}}`...)
	mac.Reset()
	_, _ = mac.Write(w.body) // a hash takes everything
	r := append(w.request[:0], "POST "...)
	r = append(append(append(r, w.run.paths[at]...), " HTTP/1.1\r\nHost: "...), w.run.host...)
	r = append(append(r, "\r\nContent-Type: application/json; charset=UTF-8\r\nX-WORKS-BotId: "...), bot.ID...)
	r = append(r, "\r\nX-WORKS-Signature: "...)
	r = base64.StdEncoding.AppendEncode(r, mac.Sum(nil))
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
