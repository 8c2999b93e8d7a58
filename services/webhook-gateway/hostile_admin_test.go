package gateway_test

import (
	"strings"
)

// adminCorpus are requests of an administrator's browser or program that are
// spelled in ways in which nobody has a reason to.
func adminCorpus() []hostile {
	key := `{"displayName":"x","role":"AUDITOR"}`
	list := append(overrides(), paths()...)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/grpc",
		"application/json; charset=utf-16", "application/json; charset=utf-7", "application/json;charset", "application/json, text/plain", "application/jsonx", "*/*", "\"application/json\"", ""} {
		list = append(list, hostile{"content type " + kind, asked("POST", "/v1/apiKeys", "Content-Type: "+kind+"\r\n", key), "415"})
	}
	for _, deep := range []string{"[", `{"a":`, `{"displayName":[`} {
		list = append(list, hostile{"deep " + deep, asked("POST", "/v1/apiKeys", "JSON", strings.Repeat(deep, 12_000)), "400"})
	}
	for name, body := range map[string]string{
		"UTF-16": "\xff\xfe{\x00}\x00", "a byte order mark": "\xef\xbb\xbf" + key, "half of a character": "{\"displayName\":\"\xc3\"}", "half of a pair": `{"displayName":"\ud800"}`,
		"a NUL": "{\"displayName\":\"\x00\"}", "two values": key + key, "a number beyond numbers": `{"role":1e999999}`, "NaN": `{"role":NaN}`, "a comment": "/**/" + key,
		"the same field twice": `{"role":"AUDITOR","role":"ADMINISTRATOR","displayName":"x"}`, "a field in two spellings": `{"displayName":"x","display_name":"y","role":"AUDITOR"}`,
		"another company's id": `{"displayName":"x","role":"AUDITOR","tenantId":"ID"}`, "a prototype": `{"__proto__":{},"displayName":"x","role":"AUDITOR"}`, "a type": `{"@type":"type.googleapis.com/google.protobuf.Any","displayName":"x","role":"AUDITOR"}`,
		"a list": "[" + key + "]", "a text": `"x"`, "null in null": `{"displayName":null,"role":null}`,
	} {
		list = append(list, hostile{"body with " + name, asked("POST", "/v1/apiKeys", "JSON", body), "400"})
	}
	return append(list,
		hostile{"a body of 300 KiB", asked("POST", "/v1/apiKeys", "JSON", `{"displayName":"`+strings.Repeat("x", 300<<10)+`"}`), "413"},
		hostile{"a body of 300 KiB in one chunk", "POST /v1/apiKeys HTTP/1.1\r\nAUTHJSONTransfer-Encoding: chunked\r\n\r\n4b000\r\n" + strings.Repeat(" ", 300<<10) + "\r\n0\r\n\r\nSMUGGLED", "413"},
		hostile{"a length that is announced and never comes", asked("POST", "/v1/apiKeys", "JSONContent-Length: 100\r\n", ""), "400"},
		hostile{"a gigabyte announced", asked("POST", "/v1/apiKeys", "JSONContent-Length: 1073741824\r\n", ""), "400"},
		hostile{"a body that is packed", asked("POST", "/v1/apiKeys", "JSONContent-Encoding: gzip\r\n", "\x1f\x8b\x08\x00"), "400"},
		hostile{"a body where none belongs", asked("GET", "/v1/apiKeys", "JSON", key), "400"},
		hostile{"a wait for 100 with nothing behind", asked("POST", "/v1/apiKeys", "JSONExpect: 100-continue\r\nContent-Length: 5\r\n", ""), "100 400"},
		hostile{"another expectation", asked("GET", "/v1/apiKeys", "Expect: everything\r\n", ""), "417"},
		hostile{"another origin", asked("POST", "/v1/apiKeys", "JSONOrigin: https://evil.example\r\n", key), "403"},
		hostile{"no origin", asked("POST", "/v1/apiKeys", "JSONOrigin: null\r\n", key), "403"},
		hostile{"a cookie twice", asked("GET", "/v1/apiKeys", "Cookie: dakoku=other\r\n", ""), "401"},
		hostile{"an identity twice", asked("GET", "/v1/apiKeys", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", ""), "401"},
		hostile{"a good identity twice", asked("GET", "/v1/apiKeys", "Authorization: BEARER\r\nAuthorization: BEARER\r\n", ""), "401"},
		hostile{"a good identity once", asked("GET", "/v1/apiKeys", "Authorization: BEARER\r\n", ""), "200"},
		hostile{"a basic identity", asked("GET", "/v1/apiKeys", "Authorization: Basic YTpi\r\n", ""), "401"},
	)
}

// overrides try to be another method, another caller, another place or another
// moment by headers and parameters.
func overrides() (list []hostile) {
	for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"} {
		list = append(list, hostile{header, asked("POST", "/v1/KEY", header+": DELETE\r\n", ""), "405"},
			hostile{header + " by a form", asked("POST", "/v1/KEY", header+": DELETE\r\nContent-Type: application/x-www-form-urlencoded\r\n", "_method=DELETE"), "405"},
			hostile{header + " of a GET", asked("GET", "/v1/apiKeys", header+": POST\r\n", ""), "200"})
	}
	for _, header := range []string{"Grpc-Metadata-Dakoku-Tenant: ID", "Grpc-Metadata-Dakoku-Permissions: x", "Grpcgateway-Dakoku-Tenant: ID", "Dakoku-Tenant: ID", "Dakoku-Role: AUDITOR", "Dakoku-Kind: machine",
		"Grpc-Metadata-X-Bin: !!!", "Grpc-Timeout: 1n", "Grpc-Timeout: 99999999999H", "Grpc-Timeout: x", "Grpc-Encoding: gzip", "Te: trailers", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: " + strings.Repeat("1.1.1.1,", 1000),
		"X-Forwarded-Host: evil.example", "X-Original-Url: /v1/setup", "X-Rewrite-Url: /v1/setup", "Forwarded: for=127.0.0.1;host=evil.example", "X-Request-Id: \xff\xfe", "Accept-Language: " + strings.Repeat("ja,", 2000),
		"Accept-Language: \xff", "Range: bytes=0-1", "Range: bytes=5-1,-99999999999", "If-None-Match: *", "If-Match: x", "If-Modified-Since: x", "Accept: application/grpc", "Accept-Encoding: br;q=x", "Connection: Cookie", "Proxy: http://evil.example"} {
		name, _, _ := strings.Cut(header, ":")
		list = append(list, hostile{"header " + name, asked("GET", "/v1/apiKeys", header+"\r\n", ""), "200"})
	}
	list = append(list, hostile{"the connection's own cookie", asked("GET", "/v1/apiKeys", "Sec-Fetch-Site: cross-site\r\n", ""), "200"})
	for _, method := range []string{"HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "get", "GETGET", "PROPFIND", "QUERY"} {
		list = append(list, hostile{"method " + method, asked(method, "/v1/apiKeys", "", ""), "405"})
	}
	for _, query := range []string{"pageToken=x", "pageToken=AAAA", "pageToken=" + strings.Repeat("A", 1024), "pageToken=" + strings.Repeat("A", 3000), "pageToken=%00", "pageToken=%ff", "pageToken=ID", "pageToken=eyJ0ZW5hbnQiOiJ4In0",
		"pageSize=-1", "pageSize=501", "pageSize=99999999999", "pageSize=1e2", "pageSize=0x10", "pageSize=1&pageSize=2", "tenant=ID", "%00=1", "a;b", "pageSize=1;pageToken=x", "$fields=name", "prettyPrint=true", "alt=proto", "access_token=x"} {
		list = append(list, hostile{"query " + query, asked("GET", "/v1/apiKeys?"+query, "", ""), "400"},
			hostile{"audit, query " + query, asked("GET", "/v1/auditEvents?"+query, "", ""), "400"})
	}
	for _, query := range []string{"actor=%00", "actor=%27", "actor=" + strings.Repeat("a", 65), "action=%25", "action=log_in", "resource=%27%20or%201%3d1", "resource=%00", "resource=..", "startTime=x", "startTime=1", "endTime=99999-01-01T00:00:00Z", "endTime=%00"} {
		list = append(list, hostile{"audit, query " + query, asked("GET", "/v1/auditEvents?"+query, "", ""), "400"})
	}
	return list
}

// paths are spellings of paths that lead nowhere, above all not somewhere else.
func paths() (list []hostile) {
	for target, want := range map[string]string{
		"//v1/apiKeys": "404", "/v1//apiKeys": "404", "/v1/./apiKeys": "404", "/v1/x/../apiKeys": "404", "/../v1/apiKeys": "404", "/v1/apiKeys/": "404", "/v1/apiKeys/.": "405", "/v1/%2e%2e/v1/apiKeys": "404", "/V1/apiKeys": "404", "/v1/apikeys": "404",
		"/v1%2fapiKeys": "404", "/v1/apiKeys%2f": "404", "/v1/employees/x%2FaccountLink": "404", "/v1/employees/x%5caccountLink": "404", "/v1/apiKeys;x=1": "404", "/v1;/apiKeys": "404", "/v1/apiKeys%00": "404", "/v1/apiKeys%0d%0aX:%20y": "404",
		"/v1/employees/%ff": "404", "/v1/employees/%00": "404", "/v1/employees/%2e%2e": "404", "/v1/employees/" + strings.Repeat("a", 4000): "404", "/v1/apiKeys:list": "404", "/v1/session:": "404", "/v1/session%3AchangePassword": "405", "/v1/:": "404",
		"/dakoku.identity.v1.IdentityService/GetSession": "404", "/dakoku.attendance.v1.AttendanceService/RecordEvents": "404", "/grpc.health.v1.Health/Check": "404", "/debug/pprof/": "404", "/metrics": "404", "/healthz": "404", "/assets/../../etc/passwd": "404",
		"/assets/%2e%2e/console.go": "404", "/.git/config": "404", "/%": "400", "/v1/%zz": "400", "*": "404", "http://evil.example/v1/apiKeys": "401", "http://evil.example:99999/": "200", "v1/apiKeys": "400", "": "400",
	} {
		list = append(list, hostile{"path " + strings.ToValidUTF8(target[:min(len(target), 40)], "?"), asked("GET", target, "", ""), want})
	}
	return append(list, internals("GET", "", "")...)
}

// internals are where programs often show what they are made of; neither door has
// any of them (threat S49: health, metrics and profiles have a listener of their own).
func internals(method, headers, body string) (list []hostile) {
	for _, target := range []string{
		"/readyz", "/livez", "/health", "/status", "/version", "/info", "/debug", "/debug/vars", "/debug/pprof/heap", "/debug/pprof/cmdline", "/metrics/", "/actuator/env", "/server-status",
		"/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "/dakoku.integration.v1.IntegrationService/ListEndpoints",
		"/openapi.yaml", "/swagger.json", "/swagger/", "/dakoku.swagger.json", "/graphql", "/.env", "/.git/HEAD", "/package.json", "/assets/", "/assets/index.js.map", "/index.html", "/index.html.map", "/src/main.tsx", "/robots.txt", "/.well-known/security.txt",
	} {
		list = append(list, hostile{"internal " + target, asked(method, target, headers, body), "404"})
	}
	return list
}

// publicCorpus is the same for the door of callbacks: there is one path, one method
// and one content type.
func publicCorpus() []hostile {
	var list []hostile
	body := `{"type":"message"}`
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "post"} {
		list = append(list, hostile{"method " + method, asked(method, "/v1/lineworks/attendance/TOKEN", "JSON", body), "405"})
	}
	for target, want := range map[string]string{
		"/": "404", "/v1/lineworks/attendance/": "404", "/v1/lineworks/attendance/TOKEN/": "404", "//v1/lineworks/attendance/TOKEN": "404", "/v1/lineworks/attendance/TOKEN/..": "404", "/v1/lineworks/attendance/..%2fTOKEN": "404",
		"/v1/lineworks/../lineworks/attendance/TOKEN": "404", "/V1/lineworks/attendance/TOKEN": "404", "/v1/lineworks/attendance/TOKEN%00": "401", "/v1/lineworks/attendance/%ff": "401", "/v1/lineworks/attendance/" + strings.Repeat("a", 4000): "401",
		"/v1/lineworks/attendance/TOKEN;x": "401", "/v1/lineworks/attendance/TOKEN?x=1": "401", "/v1/session": "404", "/v1/apiKeys": "404", "/openapi.json": "404", "/docs": "404", "/healthz": "404", "/metrics": "404", "/debug/pprof/": "404",
		"/dakoku.gateway.v1.EventAdminService/ListEvents": "404", "/%": "400", "*": "404", "http://evil.example/v1/lineworks/attendance/TOKEN": "401",
	} {
		list = append(list, hostile{"path " + target[:min(len(target), 60)], asked("POST", target, "JSON", body), want})
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/grpc", "application/json, text/plain", "application/jsonx", "", "*/*"} {
		list = append(list, hostile{"content type " + kind, asked("POST", "/v1/lineworks/attendance/TOKEN", "Content-Type: "+kind+"\r\n", body), "415"})
	}
	for _, header := range []string{"X-HTTP-Method-Override: GET", "Grpc-Metadata-Dakoku-Tenant: ID", "Dakoku-Kind: machine", "Grpc-Timeout: 1n", "X-Forwarded-For: 127.0.0.1", "X-Works-Signature: x", "X-Works-BotId: 1\r\nX-Works-BotId: 1",
		"X-Works-Signature: " + strings.Repeat("A", 9000), "X-Works-Signature: \xff", "Expect: 100-continue", "Range: bytes=0-1", "Content-Encoding: gzip", "Origin: https://evil.example"} {
		want := "401"
		if strings.HasPrefix(header, "Expect") {
			want = "100 401"
		}
		list = append(list, hostile{"header " + header[:min(len(header), 30)], asked("POST", "/v1/lineworks/attendance/TOKEN", "JSON"+header+"\r\n", body), want})
	}
	for _, deep := range []string{"[", `{"a":`} {
		list = append(list, hostile{"deep " + deep, asked("POST", "/v1/lineworks/attendance/TOKEN", "JSON", strings.Repeat(deep, 9000)), "401"})
	}
	list = append(list, internals("POST", "JSON", body)...)
	return append(list, hostile{"64 KiB and one", asked("POST", "/v1/lineworks/attendance/TOKEN", "JSON", strings.Repeat(" ", 64<<10+1)), "413"},
		hostile{"a length that is announced and never comes", asked("POST", "/v1/lineworks/attendance/TOKEN", "JSONContent-Length: 100\r\n", ""), "400"})
}
