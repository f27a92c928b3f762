package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/pquerna/otp/totp"

	"skein/internal/core/identity"
	"skein/internal/skein"
	"skein/internal/store"
)

// from is a browser that is signed in.
func (w *world) from(st *skein.Site, token, device string) identity.Browser {
	w.t.Helper()
	g, err := w.BySession(w.t.Context(), st.ID, token)
	if err != nil {
		w.t.Fatal(err)
	}
	return identity.Browser{Agent: "Firefox", Address: "192.0.2.77", Device: device, Session: g.Session}
}

// stepped switches the second step on; the answer is the secret and the recovery codes.
func (w *world) stepped(u *skein.User) (secretOf string, codes []string, token string) {
	w.t.Helper()
	token, err := w.signIn(w.siteOf(u), w.nameOf(u), secret)
	if err != nil {
		w.t.Fatal(err)
	}
	by := w.from(w.siteOf(u), token, "")
	if err := w.Prove(w.t.Context(), viewer(u), secret, by); err != nil {
		w.t.Fatal(err)
	}
	set, err := w.SetUpStep(w.t.Context(), viewer(u), "", by)
	if err != nil {
		w.t.Fatal(err)
	}
	secretOf = strings.ReplaceAll(set.Secret, " ", "")
	if set.QR.Size < 21 || !strings.HasPrefix(set.QR.Path, "M") || !strings.Contains(set.URI, "secret="+secretOf) {
		w.t.Errorf("what an app is shown: %+v", set)
	}
	token, codes, err = w.ConfirmStep(w.t.Context(), viewer(u), w.code(secretOf, 0), by)
	if err != nil {
		w.t.Fatal(err)
	}
	return secretOf, codes, token
}

func (w *world) siteOf(u *skein.User) *skein.Site {
	if u.Site == w.elm.ID {
		return w.elm
	}
	return w.oak
}

func (w *world) nameOf(u *skein.User) string { name, _, _ := strings.Cut(u.Email, "@"); return name }

// code is the one of some steps from now.
func (w *world) code(secret string, steps int) string {
	w.t.Helper()
	c, err := totp.GenerateCode(secret, w.db.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// first does the first step of signing in.
func (w *world) first(st *skein.Site, name string) string {
	w.t.Helper()
	in, err := w.SignIn(w.t.Context(), st.ID, name, secret, identity.Browser{})
	if err != nil || in.Token != "" || in.Step == "" {
		w.t.Fatalf("first step: %+v, %v", in, err)
	}
	return in.Step
}

// The second step: a code does once, within one step of the clock; recovery codes once each; guesses are counted; nothing is
// switched on or off without a proof; a step of one site is nothing on another (T147, T150, T197).
func TestT147_SecondStep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.member(w.elm, "ada", skein.Member)
		old, err := w.signIn(w.elm, "ada", secret)
		if err != nil {
			t.Fatal(err)
		}
		by := w.from(w.elm, old, "")
		if _, err := w.SetUpStep(ctx, viewer(ada), "", by); err != identity.ErrSure {
			t.Errorf("set up without a proof: %v", err)
		}
		key, codes, token := w.stepped(ada)
		if len(codes) != 10 {
			t.Errorf("%d recovery codes", len(codes))
		}
		if _, err := w.BySession(ctx, w.elm.ID, old); err == nil {
			t.Error("T140: another browser is still signed in")
		}
		if _, err := w.BySession(ctx, w.elm.ID, token); err != nil {
			t.Errorf("the browser that asked is not: %v", err)
		}
		step := w.first(w.elm, "ada")
		for what, code := range map[string]string{"the code of the set-up": w.code(key, 0), "two steps ahead": w.code(key, 2), "two behind": w.code(key, -2), "nonsense": "what?", "empty": ""} {
			if _, err := w.SignInStep(ctx, w.elm.ID, step, code, identity.Browser{}); skein.KindOf(err) != skein.Unauthorized {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := w.SignInStep(ctx, w.oak.ID, step, w.code(key, 1), identity.Browser{}); skein.KindOf(err) != skein.Gone {
			t.Errorf("T197: on another site: %v", err)
		}
		if in, err := w.SignInStep(ctx, w.elm.ID, step, w.code(key, 1), identity.Browser{}); err != nil || in.Token == "" {
			t.Errorf("the next code: %v", err)
		}
		if _, err := w.SignInStep(ctx, w.elm.ID, step, w.code(key, 1), identity.Browser{}); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("the same code again: %v", err)
		}
		if in, err := w.SignInStep(ctx, w.elm.ID, step, strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")), identity.Browser{}); err != nil || in.Token == "" {
			t.Errorf("a recovery code: %v", err)
		}
		if _, err := w.SignInStep(ctx, w.elm.ID, step, codes[3], identity.Browser{}); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("the same recovery code again: %v", err)
		}
		w.pass(11 * time.Minute)
		if _, err := w.SignInStep(ctx, w.elm.ID, step, w.code(key, 0), identity.Browser{}); skein.KindOf(err) != skein.Gone {
			t.Errorf("a first step of long ago: %v", err)
		}
		step = w.first(w.elm, "ada")
		refused := 0
		for range 30 {
			if _, err := w.SignInStep(ctx, w.elm.ID, step, "000000", identity.Browser{}); skein.KindOf(err) == skein.Busy {
				refused++
			}
		}
		if _, err := w.SignInStep(ctx, w.elm.ID, step, w.code(key, 0), identity.Browser{}); skein.KindOf(err) != skein.Busy || refused < 15 {
			t.Errorf("guessing goes on: %d of 30 refused, then %v", refused, err)
		}
		now := w.from(w.elm, token, "")
		w.pass(time.Hour)
		if err := w.EndStep(ctx, viewer(ada), "", now); err != identity.ErrSure {
			t.Errorf("switched off without a proof: %v", err)
		}
		if err := w.EndStep(ctx, skein.Viewer{Site: w.oak.ID, Account: ada.Account}, secret, now); err == nil {
			t.Error("switched off from another site")
		}
		if err := w.EndStep(ctx, viewer(ada), secret, now); err != nil {
			t.Fatal(err)
		}
		if token, err := w.signIn(w.elm, "ada", secret); err != nil || token == "" {
			t.Errorf("without a second step: %v", err)
		}
		var kinds []string
		log, err := w.SecurityLog(ctx, viewer(ada), store.Page{Limit: 40})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range log {
			kinds = append(kinds, string(e.Kind))
			if e.Address != "" && e.Address != "192.0.2.0/24" {
				t.Errorf("a whole address is kept: %s", e.Address)
			}
		}
		for _, want := range []skein.SecurityKind{skein.SecuritySignedIn, skein.SecurityStepOn, skein.SecurityCodeUsed, skein.SecurityStepOff} {
			if !strings.Contains(strings.Join(kinds, " "), string(want)) {
				t.Errorf("the log lacks %s: %v", want, kinds)
			}
		}
		said := ""
		for _, m := range w.post() {
			said += m.Text
		}
		for _, want := range []string{"takes a second step from now on", "one of its recovery codes", "takes no second step any more"} {
			if !strings.Contains(said, want) {
				t.Errorf("no letter says %q", want)
			}
		}
	})
}

// device is an authenticator in software: ES256, no attestation.
type device struct {
	key     *ecdsa.PrivateKey
	id      []byte
	user    []byte
	counter uint32
	host    string // that it believes to be asked by
	origin  string
}

func newDevice(t *testing.T, host string) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	return &device{key: key, id: id, host: host, origin: "https://" + host}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *device) data(kind string, q *identity.Question, flags byte) (client, auth []byte) {
	var o struct {
		Challenge string `json:"challenge"`
	}
	_ = json.Unmarshal(q.Options, &o)
	client, _ = json.Marshal(map[string]any{"type": kind, "challenge": o.Challenge, "origin": d.origin, "crossOrigin": false})
	sum := sha256.Sum256([]byte(d.host))
	auth = append(sum[:], flags)
	return client, binary.BigEndian.AppendUint32(auth, d.counter)
}

func (d *device) register(q *identity.Question, account skein.ID) string {
	d.user = binary.BigEndian.AppendUint64(nil, uint64(account))
	client, auth := d.data("webauthn.create", q, 0x45) // present, verified, with a credential
	point, _ := d.key.PublicKey.Bytes()
	cose, _ := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:65]})
	auth = append(auth, make([]byte, 16)...)
	auth = binary.BigEndian.AppendUint16(auth, uint16(len(d.id)))
	auth = append(append(auth, d.id...), cose...)
	object, _ := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": auth})
	out, _ := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key",
		"response": map[string]any{"clientDataJSON": b64(client), "attestationObject": b64(object)}})
	return string(out)
}

func (d *device) answer(q *identity.Question, flags byte) string {
	d.counter++
	client, auth := d.data("webauthn.get", q, flags)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, auth...), hash[:]...))
	sig, _ := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	out, _ := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key",
		"response": map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(auth), "signature": b64(sig), "userHandle": b64(d.user)}})
	return string(out)
}

const verified = 0x05 // present, and the authenticator checked who holds it

// Passkeys: one of another site, of another origin, without a check of its holder, with a counter that went back, or with an
// answer that was given before opens nothing; one is added only after a proof (T147, T150, T197).
func TestT147_T197_Passkeys(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.member(w.elm, "ada", skein.Member)
		bob := w.member(w.elm, "bob", skein.Member)
		token, err := w.signIn(w.elm, "ada", secret)
		if err != nil {
			t.Fatal(err)
		}
		by := w.from(w.elm, token, "")
		if _, err := w.AskNewPasskey(ctx, viewer(ada), "", by); err != identity.ErrSure {
			t.Errorf("added without a proof: %v", err)
		}
		if err := w.Prove(ctx, viewer(ada), "wrong horse", by); err == nil {
			t.Error("proven by a wrong password")
		}
		if err := w.Prove(ctx, viewer(ada), secret, by); err != nil {
			t.Fatal(err)
		}
		ask := func() *identity.Question {
			t.Helper()
			q, err := w.AskNewPasskey(ctx, viewer(ada), "", by)
			if err != nil {
				t.Fatal(err)
			}
			return q
		}
		d := newDevice(t, "elm.example")
		stray := newDevice(t, "oak.example")
		q := ask()
		if _, err := w.AddPasskey(ctx, viewer(ada), q.State, stray.register(q, ada.Account), "Phone", by); skein.KindOf(err) != skein.Invalid {
			t.Errorf("made for another site: %v", err)
		}
		q = ask()
		key, err := w.AddPasskey(ctx, viewer(ada), q.State, d.register(q, ada.Account), " My  phone ", by)
		if err != nil || key.Name != "My phone" {
			t.Fatalf("add: %+v, %v", key, err)
		}
		copied := *d
		if _, err := w.AddPasskey(ctx, viewer(bob), q.State, copied.register(q, bob.Account), "Mine", w.from(w.elm, must(w.signIn(w.elm, "bob", secret)), "")); err == nil {
			t.Error("bob takes the answer to ada's question")
		}
		enter := func(st *skein.Site, make func(q *identity.Question) string) (*identity.Entry, error) {
			t.Helper()
			q, err := w.AskPasskey(ctx, st.ID)
			if err != nil {
				t.Fatal(err)
			}
			return w.SignInPasskey(ctx, st.ID, q.State, make(q), identity.Browser{})
		}
		in, err := enter(w.elm, func(q *identity.Question) string { return d.answer(q, verified) })
		if err != nil || in.User.Account != ada.Account || in.Token == "" {
			t.Fatalf("sign in: %+v, %v", in, err)
		}
		_, _, _ = w.stepped(bob)
		for what, fn := range map[string]func() (*identity.Entry, error){
			"nobody was checked": func() (*identity.Entry, error) {
				return enter(w.elm, func(q *identity.Question) string { return d.answer(q, 0x01) })
			},
			"another origin": func() (*identity.Entry, error) {
				e := *d
				e.origin = "https://elm.example.evil"
				return enter(w.elm, func(q *identity.Question) string { return e.answer(q, verified) })
			},
			"another site": func() (*identity.Entry, error) {
				return enter(w.oak, func(q *identity.Question) string { return d.answer(q, verified) })
			},
			"another site, as if for it": func() (*identity.Entry, error) {
				e := *d
				e.host, e.origin = "oak.example", "https://oak.example"
				return enter(w.oak, func(q *identity.Question) string { return e.answer(q, verified) })
			},
			"as another person": func() (*identity.Entry, error) {
				e := *d
				e.user = binary.BigEndian.AppendUint64(nil, uint64(bob.Account))
				return enter(w.elm, func(q *identity.Question) string { return e.answer(q, verified) })
			},
			"another question": func() (*identity.Entry, error) {
				other, _ := w.AskPasskey(ctx, w.elm.ID)
				return enter(w.elm, func(*identity.Question) string { return d.answer(other, verified) })
			},
		} {
			if got, err := fn(); skein.KindOf(err) != skein.Unauthorized {
				t.Errorf("%s: %+v, %v", what, got, err)
			}
		}
		q, _ = w.AskPasskey(ctx, w.elm.ID)
		said := d.answer(q, verified)
		if _, err := w.SignInPasskey(ctx, w.elm.ID, q.State, said, identity.Browser{}); err != nil {
			t.Errorf("sign in again: %v", err)
		}
		if _, err := w.SignInPasskey(ctx, w.elm.ID, q.State, said, identity.Browser{}); err == nil {
			t.Error("an answer counts twice")
		}
		q, _ = w.AskPasskey(ctx, w.elm.ID)
		w.pass(11 * time.Minute)
		if _, err := w.SignInPasskey(ctx, w.elm.ID, q.State, d.answer(q, verified), identity.Browser{}); skein.KindOf(err) != skein.Gone {
			t.Errorf("an old question: %v", err)
		}
		d.counter = 1
		if _, err := enter(w.elm, func(q *identity.Question) string { return d.answer(q, verified) }); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("the counter went back: %v", err)
		}
		log, _ := w.SecurityLog(ctx, viewer(ada), store.Page{Limit: 1})
		if len(log) != 1 || log[0].Kind != skein.SecurityPasskeyRefused || log[0].Name != "My phone" {
			t.Errorf("a copy is not told: %+v", log)
		}
		// The same passkey proves who somebody is.
		d.counter = 100
		q, err = w.AskProof(ctx, viewer(ada), by)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.RemovePasskey(ctx, viewer(ada), key.ID, "", by); err != identity.ErrSure {
			t.Errorf("removed without a proof: %v", err)
		}
		if err := w.ProveByPasskey(ctx, viewer(ada), q.State, d.answer(q, verified), by); err != nil {
			t.Fatal(err)
		}
		if err := w.RemovePasskey(ctx, viewer(bob), key.ID, secret, identity.Browser{}); skein.KindOf(err) != skein.NotFound {
			t.Errorf("T141: bob removes ada's: %v", err)
		}
		if err := w.RemovePasskey(ctx, viewer(ada), key.ID, "", by); err != nil {
			t.Fatal(err)
		}
		if _, err := enter(w.elm, func(q *identity.Question) string { return d.answer(q, verified) }); skein.KindOf(err) != skein.Unauthorized {
			t.Errorf("removed, and opens: %v", err)
		}
		// Nothing is left of somebody who goes.
		if err := w.within(w.elm, func(tx *store.Tx) error { return tx.DeletePerson(bob.Account) }); err != nil {
			t.Fatal(err)
		}
		if err := w.within(w.elm, func(tx *store.Tx) error {
			_, err := tx.TOTP(bob.Account)
			wantKind(t, "a second step of nobody", err, skein.NotFound)
			left, _, err := tx.RecoveryCodes(bob.Account)
			if left != 0 {
				t.Errorf("%d recovery codes of nobody", left)
			}
			list, _ := tx.SecurityEvents(bob.Account, store.Page{Limit: 10})
			if len(list) != 0 {
				t.Errorf("a log of nobody: %d", len(list))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// A browser that was not seen before is told of, by mail and in the others; the first one of all, and one that is known, is
// not.
func TestNewBrowserIsToldOf(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.member(w.elm, "ada", skein.Member)
		w.post()
		in := func(device string) *skein.Grant {
			t.Helper()
			e, err := w.SignIn(ctx, w.elm.ID, "ada", secret, identity.Browser{Agent: "Firefox", Address: "192.0.2.1", Device: device})
			if err != nil {
				t.Fatal(err)
			}
			g, err := w.BySession(ctx, w.elm.ID, e.Token)
			if err != nil {
				t.Fatal(err)
			}
			return g
		}
		one := in("one device of hers")
		if list := w.post(); len(list) != 0 {
			t.Errorf("the first browser: %d letters", len(list))
		}
		in("one device of hers")
		if list := w.post(); len(list) != 0 {
			t.Errorf("a known browser: %d letters", len(list))
		}
		two := in("another device")
		if list := w.post(); len(list) != 1 || list[0].To != ada.Email || !strings.Contains(list[0].Text, "192.0.2.0/24") {
			t.Errorf("a new browser: %+v", list)
		}
		for g, want := range map[*skein.Grant]int{one: 1, two: 0} {
			var err error
			if g.User, err = w.User(ctx, w.elm.ID, ada.Account); err != nil {
				t.Fatal(err)
			}
			if list, err := w.Notices(ctx, g); err != nil || len(list) != want {
				t.Errorf("notices: %d, %v; want %d", len(list), err, want)
			}
		}
	})
}

// An account whose factors are lost comes back by mail alone, but only after the wait, and not when anybody stops it
// (T144, T147).
func TestT144_T147_RecoveryWaits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		ada := w.member(w.elm, "ada", skein.Member)
		_, _, token := w.stepped(ada)
		w.post()
		ask := func(path string) string {
			t.Helper()
			if err := w.RequestRecovery(ctx, w.elm.ID, ada.Email); err != nil {
				t.Fatal(err)
			}
			return w.link(path)
		}
		link := ask("/recover/begin")
		if _, err := w.ResetPassword(ctx, w.elm.ID, link, "another horse", identity.Browser{}); err == nil {
			t.Error("the link that begins the wait chooses a password")
		}
		if _, err := w.BeginRecovery(ctx, w.oak.ID, link, identity.Browser{}); skein.KindOf(err) != skein.NotFound {
			t.Errorf("on another site: %v", err)
		}
		wait, err := w.BeginRecovery(ctx, w.elm.ID, link, identity.Browser{Agent: "Safari", Address: "203.0.113.9"})
		if err != nil || wait.ReadyAt.Sub(w.db.Now()) != 7*24*time.Hour {
			t.Fatalf("begin: %+v, %v", wait, err)
		}
		if _, err := w.BeginRecovery(ctx, w.elm.ID, link, identity.Browser{}); skein.KindOf(err) != skein.NotFound {
			t.Errorf("the link again: %v", err)
		}
		letters := w.post()
		if len(letters) != 1 || !strings.Contains(letters[0].Text, "/recover/stop?token=") {
			t.Fatalf("told by mail: %+v", letters)
		}
		g, err := w.BySession(ctx, w.elm.ID, token)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := w.Notices(ctx, g); err != nil || len(list) == 0 || list[0].Kind != skein.SecurityRecoveryAsked {
			t.Errorf("told in a browser: %v, %v", list, err)
		}
		if err := w.StopRecovery(ctx, skein.Viewer{Site: w.oak.ID, Account: ada.Account}, identity.Browser{}); err == nil {
			t.Error("stopped from another site")
		}
		if err := w.StopRecovery(ctx, viewer(ada), identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		w.post()
		// Again, stopped by the link of the letter.
		if _, err := w.BeginRecovery(ctx, w.elm.ID, ask("/recover/begin"), identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		stop := w.link("/recover/stop")
		for want := range 2 {
			if err := w.StopRecoveryByLink(ctx, w.elm.ID, stop, identity.Browser{}); (err != nil) != (want == 1) {
				t.Errorf("stop %d: %v", want, err)
			}
		}
		w.post()
		// And a third time, to the end.
		w.pass(time.Hour)
		if _, err := w.BeginRecovery(ctx, w.elm.ID, ask("/recover/begin"), identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		w.post()
		w.pass(6 * 24 * time.Hour)
		if err := w.RequestRecovery(ctx, w.elm.ID, ada.Email); err != nil {
			t.Fatal(err)
		}
		if list := w.post(); len(list) != 1 || strings.Contains(list[0].Text, "token=") {
			t.Errorf("a link before the wait is over: %+v", list)
		}
		w.pass(25 * time.Hour)
		link = ask("/recover/new")
		if err := w.Recover(ctx, w.elm.ID, link, "short", identity.Browser{}); codeOf(err, "password") != "too_short" {
			t.Errorf("a short password: %v", err)
		}
		if err := w.Recover(ctx, w.elm.ID, link, "another horse", identity.Browser{}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.BySession(ctx, w.elm.ID, token); err == nil {
			t.Error("T140: a browser is still signed in")
		}
		if token, err := w.signIn(w.elm, "ada", "another horse"); err != nil || token == "" {
			t.Errorf("sign in afterwards: %v", err)
		}
		if err := w.Recover(ctx, w.elm.ID, link, "third horse", identity.Browser{}); skein.KindOf(err) != skein.NotFound {
			t.Errorf("the link again: %v", err)
		}
	})
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}
