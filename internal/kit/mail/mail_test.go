package mail

import (
	"context"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)

func at() time.Time { return noon }

func TestT131_Address(t *testing.T) {
	for _, ok := range []string{
		"ann@elm.example", "a@b.co", "ann+list@elm.example", "ann.b-c_d@sub.elm.example", "o'neil@elm.example",
		"ann@bücher.example", "änn@elm.example", "ann@xn--bcher-kva.example", strings.Repeat("a", 64) + "@elm.example",
		"1@2.example",
	} {
		if err := Address(ok); err != nil {
			t.Errorf("%q: %v", ok, err)
		}
	}
	for _, odd := range []string{
		"", "ann", "@elm.example", "ann@", "ann@@elm.example", "ann@elm@oak.example", "a,b@elm.example", "a;b@elm.example",
		`"ann"@elm.example`, "ann%oak.example@elm.example", "oak.example!ann@elm.example", "ann b@elm.example", " ann@elm.example",
		"ann@elm.example ", "ann@elm.example\r\nBcc: x@y.example", "ann@elm.example\x00", "ann\n@elm.example", "<ann@elm.example>",
		"Ann <ann@elm.example>", "ann(x)@elm.example", ".ann@elm.example", "ann.@elm.example", "a..b@elm.example", "ann@elm",
		"ann@localhost", "ann@127.0.0.1", "ann@[127.0.0.1]", "ann@-elm.example", "ann@elm..example", "ann@.example", "ann@elm.example.",
		"ann@elm_x.example", strings.Repeat("a", 65) + "@elm.example", "ann@" + strings.Repeat("a.", 130) + "example", "ann@e\u202elm.example",
		"a\u202en@elm.example", "ann@elm.example,bob@oak.example", "ann@elm.example\u2028", "\xff@elm.example", "ann\u200b@elm.example", "a\\b@elm.example",
		"ann:x@elm.example", "ann@" + strings.Repeat("a", 64) + ".example",
	} {
		if err := Address(odd); err == nil {
			t.Errorf("%q is taken", odd)
		}
	}
}

func TestT131_HeaderInjectionRefused(t *testing.T) {
	good := Message{From: "Elm <post@elm.example>", To: "ann@elm.example", Subject: "Hello", Text: "x"}
	dir := t.TempDir()
	for name, change := range map[string]func(*Message){
		"to":             func(m *Message) { m.To += "\r\nBcc: evil@oak.example" },
		"two recipients": func(m *Message) { m.To += ",evil@oak.example" },
		"subject":        func(m *Message) { m.Subject += "\r\nBcc: evil@oak.example" },
		"subject, bare":  func(m *Message) { m.Subject += "\nX: y" },
		"subject, odd":   func(m *Message) { m.Subject += "\u2028X: y" },
		"subject, long":  func(m *Message) { m.Subject = strings.Repeat("a", 300) },
		"from":           func(m *Message) { m.From = "Elm\r\nBcc: evil@oak.example <post@elm.example>" },
		"from, no name":  func(m *Message) { m.From = "post@elm.example\nBcc: evil@oak.example" },
		"from, empty":    func(m *Message) { m.From = "" },
	} {
		m := good
		change(&m)
		if err := Folder(dir, at).Send(t.Context(), m); !Refused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("%d letters were written", len(files))
	}
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	f := Folder(dir, at)
	long := strings.Repeat("a", 1500)
	sent := Message{
		From:    `"Ülme, \"Elm\"" <post@elm.example>`,
		To:      "ann@elm.example",
		Subject: "Grüße: " + strings.Repeat("wörter ", 20),
		Text:    "Hello,\nBcc: evil@oak.example\n.\n日本語\n" + long + "\n",
	}
	for range 2 {
		if err := f.Send(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "20261102T120000*.eml"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	if all, _ := os.ReadDir(dir); len(all) != 2 {
		t.Errorf("something else lies in the folder: %v", all)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("anybody reads the letters: %v, %v", info.Mode(), err)
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes, or with a bare line end", len(line))
		}
	}
	checkLetter(t, string(raw), sent)
}

// checkLetter reads a letter as a mail program does.
func checkLetter(t *testing.T, raw string, sent Message) {
	t.Helper()
	got, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for k := range got.Header {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	want := "Auto-Submitted Content-Transfer-Encoding Content-Type Date From Message-Id Mime-Version Subject To"
	if s := strings.Join(keys, " "); s != want {
		t.Errorf("headers: got %s, want %s", s, want)
	}
	subject, err := decoder.DecodeHeader(got.Header.Get("Subject"))
	if err != nil || strings.TrimSpace(subject) != strings.TrimSpace(sent.Subject) {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := mail.ParseAddress(got.Header.Get("From"))
	if err != nil || from.Address != "post@elm.example" {
		t.Errorf("from %v, %v", from, err)
	}
	if to := got.Header.Get("To"); to != "<"+sent.To+">" {
		t.Errorf("to %s", to)
	}
	if id := got.Header.Get("Message-Id"); !strings.HasSuffix(id, "@elm.example>") {
		t.Errorf("id %s", id)
	}
	if date, err := got.Header.Date(); err != nil || !date.Equal(noon) {
		t.Errorf("date %v, %v", date, err)
	}
	body, err := io.ReadAll(quoted(got))
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.ReplaceAll(string(body), "\r\n", "\n"); strings.TrimRight(text, "\n") != strings.TrimRight(sent.Text, "\n") {
		t.Errorf("text %q", text)
	}
}

func TestFolderSaysWhatWentWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	m := Message{From: "post@elm.example", To: "ann@elm.example", Subject: "x", Text: "x"}
	if err := Folder(file, at).Send(t.Context(), m); err == nil || Refused(err) {
		t.Errorf("a folder that is a file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Folder(t.TempDir(), at).Send(ctx, m); err == nil {
		t.Error("sent after the end")
	}
}
