package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// callers send punches without a pause, each over a connection that it keeps for as
// long as the answers let it. They send nothing twice, as the platform does.
type callers struct {
	*company
	addr string // "host:port" of what is before the doors
	path string // of the callback URL
	n    atomic.Int64
	end  context.CancelFunc
	all  sync.WaitGroup

	mu      sync.Mutex
	taken   int // answered 200
	trouble []string
}

// kept is the connection of one caller; nil means that it needs another one.
type kept struct {
	conn net.Conn
	read *bufio.Reader
}

// call starts so many callers, each with a pause between its events.
func (c *callers) call(callers int, pause time.Duration) {
	ctx, cancel := context.WithCancel(context.Background())
	c.end = cancel
	for range callers {
		c.all.Go(func() {
			var line *kept
			for tick := time.NewTicker(pause); ctx.Err() == nil; <-tick.C {
				line = c.one(context.WithoutCancel(ctx), line)
			}
			if line != nil {
				_ = line.conn.Close()
			}
		})
	}
}

// stop lets what is under way end.
func (c *callers) stop() { c.end(); c.all.Wait() }

// so is how many events were taken and what went wrong till now.
func (c *callers) so() (taken int, trouble []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taken, c.trouble
}

// one sends an event and gives back the connection, if it may be kept.
func (c *callers) one(ctx context.Context, line *kept) *kept {
	request, err := c.request(ctx)
	if err != nil {
		c.note(0, "request: "+err.Error())
		return line
	}
	fresh := line == nil
	if fresh {
		conn, err := net.DialTimeout("tcp", c.addr, patience)
		if err != nil {
			c.note(0, "refused: "+err.Error())
			return nil
		}
		line = &kept{conn, bufio.NewReader(conn)}
	}
	_ = line.conn.SetDeadline(time.Now().Add(patience))
	err = request.Write(line.conn)
	var answer *http.Response
	if err == nil {
		answer, err = http.ReadResponse(line.read, request)
	}
	if err != nil {
		c.note(0, fmt.Sprintf("cut off, on a new connection %t: %v", fresh, err))
		_ = line.conn.Close()
		return nil
	}
	_ = answer.Body.Close()
	c.note(answer.StatusCode, "")
	if answer.Close {
		_ = line.conn.Close()
		return nil
	}
	return line
}

// note counts an answer, or what was there instead of one.
func (c *callers) note(status int, trouble string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case status == http.StatusOK:
		c.taken++
	case trouble == "":
		c.trouble = append(c.trouble, fmt.Sprint("answered ", status))
	default:
		c.trouble = append(c.trouble, trouble)
	}
}

// request is a punch of somebody at a minute of its own, a few for each day.
func (c *callers) request(ctx context.Context) (*http.Request, error) {
	n := c.n.Add(1)
	bot := c.world.Bot
	body := fmt.Appendf(nil, `{"type":"message","source":{"userId":%q,"domainId":%d},"issuedTime":%q,"content":{"type":"text","text":%q}}`,
		c.world.People[n%4].ID, c.world.Domain, morning().AddDate(0, 0, -int(n/20)).Add(time.Duration(n%20)*time.Minute).UTC().Format("2006-01-02T15:04:05.000Z"),
		[]string{"出勤", "退勤"}[n/4%2])
	mac := hmac.New(sha256.New, []byte(bot.BotSecret))
	mac.Write(body)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.addr+c.path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json; charset=UTF-8")
	request.Header.Set("X-WORKS-BotId", bot.BotID)
	request.Header.Set("X-WORKS-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return request, nil
}
