package fedtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"skein/internal/core/identity"
	"skein/internal/server"
)

// What is not public is found by no search, no tag and no public timeline, on its own site and on others; and what is
// deleted or no longer there is not either.
func TestT160_OnlyPublicPostsAreFound(t *testing.T) {
	Each(t, []string{"elm.example", "oak.example"}, func(t *testing.T, n *Net) {
		ann, bob, oskar := n.Person("ann", "elm.example"), n.Person("bob", "elm.example"), n.Person("oskar", "oak.example")
		bob.Follow(ann)
		oskar.Follow(ann)
		ids := map[string]string{}
		for _, v := range []string{"public", "unlisted", "private", "direct"} {
			ids[v] = ann.Post("sentinel"+v+" #sentineltag", v)
		}
		n.Settle()
		ways := []string{"/api/v1/timelines/public", "/api/v1/timelines/public?local=true", "/api/v1/timelines/tag/sentineltag",
			"/api/v1/trends/statuses", "/api/v2/search?q=sentinelprivate+in:public", "/api/v2/search?q=%23sentineltag+in:public&type=statuses",
			"/api/v1/timelines/public?remote=true"}
		others := []string{"/api/v2/search?q=sentinelunlisted", "/api/v2/search?q=sentinelprivate", "/api/v2/search?q=sentineldirect",
			"/api/v2/search?q=%23sentineltag&type=statuses", "/api/v2/search?q=from:ann+has:link", "/api/v2/search?q=in:all+-nothing"}
		look := func(who *Person, hidden ...string) {
			t.Helper()
			list := ways
			if who != ann { // who wrote it finds it
				list = append(slices.Clip(ways), others...)
			}
			for _, way := range list {
				b, _ := json.Marshal(who.Do("GET", way, ""))
				for _, v := range hidden {
					if strings.Contains(string(b), "sentinel"+v) {
						t.Errorf("%s at %s: %s shows the %s post", who.Name, who.Site.Domain, way, v)
					}
				}
			}
		}
		for _, who := range []*Person{ann, bob, oskar} {
			look(who, "unlisted", "private", "direct")
			b, _ := json.Marshal(who.Do("GET", "/api/v1/timelines/tag/sentineltag", ""))
			if !strings.Contains(string(b), "sentinelpublic") {
				t.Errorf("%s at %s: the tag does not show the public post", who.Name, who.Site.Domain)
			}
		}
		ann.Do("DELETE", "/api/v1/statuses/"+ids["public"], "")
		n.Settle()
		for _, who := range []*Person{ann, bob, oskar} {
			look(who, "public")
		}
	})
}

// Whatever happens, no text of private posts and no token is in the log, however much is logged.
func TestT168_LogsKeepSecrets(t *testing.T) {
	logged := &lines{}
	n := start(t, server.Config{Place: server.Place{Data: t.TempDir()}, Log: slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))},
		[]string{"elm.example", "oak.example"})
	ann, oskar := n.Person("ann", "elm.example"), n.Person("oskar", "oak.example")
	oskar.Follow(ann)
	for _, v := range []string{"private", "direct"} {
		id := ann.Post("s3ntinel @oskar@oak.example", v)
		ann.Do("PUT", "/api/v1/statuses/"+id, `{"status":"s3ntinel again","spoiler_text":"s3ntinel"}`)
		n.Settle()
		ann.Do("DELETE", "/api/v1/statuses/"+id, "")
	}
	ann.Try("POST", "/api/v1/statuses", `{"status":"s3ntinel","in_reply_to_id":"99"}`)
	ann.Try("POST", "/api/v1/statuses", `{"status":["s3ntinel"]}`)
	ann.Try("GET", "/api/v1/timelines/home?access_token="+ann.Token, "")
	r := httptest.NewRequestWithContext(t.Context(), "GET", ann.Site.URL("/api/v1/streaming?stream=user&access_token="+ann.Token), nil)
	n.Raw(r)
	n.Settle()
	for _, secret := range []string{"s3ntinel", ann.Token, oskar.Token, "correct horse"} {
		if text := logged.take(); strings.Contains(text, secret) {
			i := strings.Index(text, secret)
			t.Errorf("the log tells: %.300s", text[max(0, i-150):])
		} else {
			logged.Write([]byte(text))
		}
	}
}

// A search made of wildcards, operators and quotation marks is a search for those letters, and costs no more than another.
func TestT94_SearchTakesNoOrders(t *testing.T) {
	Each(t, []string{"elm.example"}, func(t *testing.T, n *Net) {
		ann := n.Person("ann", "elm.example")
		ann.Post("something to be found", "public")
		n.Settle()
		for _, q := range []string{`%_%`, `%25%25%25`, `"`, `""""`, `NEAR(`, `*`, `a* OR b*`, strings.Repeat("OR ", 2000), strings.Repeat("%", 5000),
			`' OR 1=1 --`, `\`, `\\`, "(", ")(", "^", "-", "{a b}:c", strings.Repeat("a ", 3000), "\u0000", "@", "@@", "#", "https://", "from:me", "has:media from:"} {
			b, _ := json.Marshal(q)
			var text string
			_ = json.Unmarshal(b, &text)
			for _, way := range []string{"/api/v2/search?resolve=true&q=", "/api/v1/accounts/search?q="} {
				status, v := ann.Try("GET", way+escape(text), "")
				if status >= 500 {
					t.Errorf("%s%.40q: %d", way, q, status)
				}
				if got, _ := At(v, "accounts").([]any); len(got) > 0 {
					t.Errorf("%s%.40q finds %v", way, q, got)
				}
			}
		}
	})
}

func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		const hex = "0123456789ABCDEF"
		b.WriteByte('%')
		b.WriteByte(hex[s[i]>>4])
		b.WriteByte(hex[s[i]&15])
	}
	return b.String()
}

// T139: a token, an app's secret and a password stand in no log, no address that the server gives, no page and no table.
func TestT139_SecretsStayWhereTheyAre(t *testing.T) {
	var log safeBuffer
	data := t.TempDir()
	n := start(t, server.Config{Place: server.Place{Data: data}, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))},
		[]string{"elm.example"})
	ann := n.Person("ann", "elm.example")
	ann.Post("one", "public")
	ann.Post("two", "public")
	app, secret, err := n.Server.Identity.CreateApp(t.Context(), ann.Site.ID, identity.NewApp{Name: "Tests", RedirectURIs: []string{identity.OOB}, Scopes: []string{"read"}})
	if err != nil {
		t.Fatal(err)
	}
	const wrong = "aWrongTokenThatNobodyGaveOut0123456789abcdef"
	secrets := map[string]string{"token": ann.Token, "wrong token": wrong, "secret": secret, "password": "correct horse battery"}
	ask := func(method, target, body string, headers ...string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), method, ann.Site.URL(target), strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		got := n.Raw(r)
		got.Header().Del("Sec-WebSocket-Protocol") // where the client put its token: the protocol wants it echoed
		answer := fmt.Sprint(got.Header()) + got.Body.String()
		for what, s := range secrets {
			if strings.Contains(answer, s) {
				t.Errorf("%s %s answers %d with the %s", method, target, got.Code, what)
			}
		}
	}
	for _, token := range []string{ann.Token, wrong} {
		for _, path := range []string{"/api/v1/timelines/home?limit=1", "/api/v1/timelines/public?limit=1", "/api/v1/statuses/1", "/api/v1/nowhere", "/api/v1/accounts/verify_credentials",
			"/api/v2/search?q=one", "/api/v1/streaming", "/oauth/userinfo"} {
			ask("GET", path, "", "Authorization", "Bearer "+token)
			if strings.Contains(path, "?") {
				ask("GET", path+"&access_token="+token, "")
			} else {
				ask("GET", path+"?access_token="+token, "")
			}
		}
		ask("POST", "/api/v1/statuses", "access_token="+token+"&status=")
		ask("GET", "/api/v1/streaming", "", "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13",
			"Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol", token)
		ask("POST", "/oauth/revoke", "client_id="+app.ClientID+"&client_secret=no&token="+token)
	}
	ask("POST", "/oauth/token", "grant_type=client_credentials&client_id="+app.ClientID+"&client_secret="+secret+"&scope=write")
	ask("POST", "/oauth/token", "grant_type=password&username=ann@mail.test&password=correct+horse+battery&client_id="+app.ClientID+"&client_secret="+secret)
	ask("POST", "/signin", "email=ann@mail.test&password=correct horse battery", "Origin", "https://elm.example", "Sec-Fetch-Site", "same-origin")
	n.Settle()
	for what, s := range secrets {
		if strings.Contains(log.String(), s) {
			t.Errorf("the log holds the %s", what)
		}
	}
	read := 0
	err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		read += len(b)
		for what, s := range secrets {
			if bytes.Contains(b, []byte(s)) {
				t.Errorf("%s holds the %s", filepath.Base(path), what)
			}
		}
		return err
	})
	if err != nil || read < 100_000 {
		t.Errorf("read %d bytes of the data folder: %v", read, err)
	}
}

// safeBuffer is a log that several write to.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
