package gateway_test

import (
	"fmt"
	"strings"
)

// smuggled are requests whose end two readers could see at different places. ok
// is the status of the path for a body that is read rightly.
func smuggled(path, body, ok string) []hostile {
	post := "POST " + path + " HTTP/1.1\r\nAUTHJSON"
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	chunk := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	return []hostile{
		{"CL and TE, the rest is a request", post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "SMUGGLED", ok},
		{"TE and CL, the rest is a request", post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + chunk + "SMUGGLED", ok},
		{"chunked alone, the rest is a request", post + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "SMUGGLED", ok},
		{"two lengths that differ", post + length + "Content-Length: 400\r\n\r\n" + body + "SMUGGLED", "400"},
		{"two lengths in one line", post + fmt.Sprintf("Content-Length: %d, 400\r\n\r\n", len(body)) + body + "SMUGGLED", "400"},
		{"a length with a sign", post + fmt.Sprintf("Content-Length: +%d\r\n\r\n", len(body)) + body + "SMUGGLED", "400"},
		{"a length in hexadecimal", post + fmt.Sprintf("Content-Length: 0x%x\r\n\r\n", len(body)) + body + "SMUGGLED", "400"},
		{"a negative length", post + "Content-Length: -1\r\n\r\n" + body + "SMUGGLED", "400"},
		{"an empty length", post + "Content-Length:\r\n\r\n" + body + "SMUGGLED", "400"},
		{"a length beyond numbers", post + "Content-Length: 99999999999999999999\r\n\r\n" + body + "SMUGGLED", "400"},
		{"an encoding that is none", post + "Transfer-Encoding: xchunked\r\n\r\n" + chunk + "SMUGGLED", "501"},
		{"two encodings", post + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunk + "SMUGGLED", "501"},
		{"chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "SMUGGLED", "501"},
		{"chunked behind a vertical tab", post + "Transfer-Encoding:\vchunked\r\n\r\n" + chunk + "SMUGGLED", "400"},
		{"a space before the colon", post + "Transfer-Encoding : chunked\r\n\r\n" + chunk + "SMUGGLED", "400"},
		{"a folded header", post + "X-Folded: a\r\n Transfer-Encoding: chunked\r\n" + length + "Connection: close\r\n\r\n" + body, ok},
		{"a folded length", post + "Content-Length:\r\n 400\r\n\r\n" + body + "SMUGGLED", "400"},
		{"chunks with bare line feeds", post + "Transfer-Encoding: chunked\r\n\r\n" + strings.ReplaceAll(chunk, "\r\n", "\n") + "SMUGGLED", "400"},
		{"a chunk of a size beyond numbers", post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + body + "SMUGGLED", "400"},
		{"a chunk with a long extension", post + "Transfer-Encoding: chunked\r\n\r\n2;x=" + strings.Repeat("x", 20<<10) + "\r\n{}\r\n0\r\n\r\nSMUGGLED", "400"},
		{"trailers that would be headers", post + "Transfer-Encoding: chunked\r\nTrailer: Cookie\r\n\r\n" + strings.TrimSuffix(chunk, "\r\n") + "Cookie: dakoku=x\r\nX-Works-BotId: 1\r\n\r\nSMUGGLED", ok},
		{"a NUL in a header", post + "X-Nul: a\x00b\r\n" + length + "\r\n" + body, "400"},
		{"a bare CR in a header", post + "X-Cr: a\rb\r\n" + length + "\r\n" + body, "400"},
		{"two hosts", "POST " + path + " HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nSMUGGLED", "400"},
		{"no host", "POST " + path + " HTTP/1.1\r\n\r\nSMUGGLED", "400"},
		{"HTTP/2 by preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "404"},
		{"HTTP/0.9", "GET " + path + "\r\n\r\n", "400"},
		{"HTTP/3.0 in a line", "GET " + path + " HTTP/3.0\r\nHost: a\r\n\r\n", "505"},
		{"a line that never ends", "GET /" + strings.Repeat("a", 64<<10), "431"},
		{"no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400"},
		{"a thousand headers", post + strings.Repeat("X-A: "+strings.Repeat("a", 60)+"\r\n", 1000) + "\r\n", "431"},
		{"an upgrade to HTTP/2", post + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nConnection: close\r\n" + length + "\r\n" + body, ok},
		{"a tunnel", "CONNECT 127.0.0.1:5432 HTTP/1.1\r\nHost: 127.0.0.1:5432\r\nConnection: close\r\n\r\n", "404"},
	}
}

// asked is a request with the administrator's cookie.
func asked(method, target, headers, body string) string {
	length := ""
	if body != "" {
		length = fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	return method + " " + target + " HTTP/1.1\r\nAUTH" + headers + length + "Connection: close\r\n\r\n" + body
}
