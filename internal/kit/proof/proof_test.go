package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
)

// The figures of FEP-8b32's own example.
const (
	secret = "3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
	method = "https://server.example/users/alice#ed25519-key"
	value  = "zLaewdp4H9kqtwyrLatK4cjY5oRHwVcw4gibPSUDYDMhi4M49v8pcYk3ZB6D69dNpAPbUmY8ocuJ3m9KhKJEEg7z"
	plain  = `{"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/data-integrity/v1"],
		"id":"https://server.example/activities/1","type":"Create","actor":"https://server.example/users/alice",
		"object":{"id":"https://server.example/objects/1","type":"Note","attributedTo":"https://server.example/users/alice",
		"content":"Hello world","location":{"type":"Place","longitude":-71.184902,"latitude":25.273962}}}`
)

var made = time.Date(2023, 2, 24, 23, 36, 38, 0, time.UTC)

func key(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	b, ok := decode58(secret, true)
	if !ok || len(b) != 34 || b[0] != 0x80 || b[1] != 0x26 {
		t.Fatalf("the key is no Ed25519 multikey: %x", b)
	}
	return ed25519.NewKeyFromSeed(b[2:])
}

func verify(t testing.TB, doc []byte, at time.Time) error {
	t.Helper()
	p, err := Parse(doc)
	if err != nil {
		return err
	}
	return p.Verify(key(t).Public().(ed25519.PublicKey), at)
}

func TestT76_VectorOfFEP8b32(t *testing.T) {
	signed, err := Sign([]byte(plain), key(t), method, made)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Proof map[string]any `json:"proof"`
	}
	if err := json.Unmarshal(signed, &doc); err != nil {
		t.Fatal(err)
	}
	if got := doc.Proof["proofValue"]; got != value {
		t.Errorf("proofValue = %v, want %v", got, value)
	}
	if err := verify(t, signed, made.Add(time.Minute)); err != nil {
		t.Error(err)
	}
	// White space and the order of members make no difference.
	var any map[string]any
	if err := json.Unmarshal(signed, &any); err != nil {
		t.Fatal(err)
	}
	other, _ := json.MarshalIndent(any, "", "   ")
	if err := verify(t, other, made); err != nil {
		t.Errorf("written otherwise: %v", err)
	}
}

// Fedify makes its Linked Data signature after the proof, others before it: either way the proof holds.
func TestSignatureBesideTheProof(t *testing.T) {
	const old = `,"signature":{"type":"RsaSignature2017","signatureValue":"x"}}`
	signed, err := Sign([]byte(plain), key(t), method, made)
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(t, []byte(strings.TrimSuffix(string(signed), "}")+old), made); err != nil {
		t.Errorf("made after the proof: %v", err)
	}
	if signed, err = Sign([]byte(strings.TrimSuffix(plain, "}")+old), key(t), method, made); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, signed, made); err != nil {
		t.Errorf("made before it: %v", err)
	}
}

func TestT75_HostileProofs(t *testing.T) {
	signed, err := Sign([]byte(plain), key(t), method, made)
	if err != nil {
		t.Fatal(err)
	}
	// resign makes a proof with other options, validly signed.
	resign := func(change func(config map[string]any)) []byte {
		members, _ := object([]byte(plain))
		config := map[string]any{"type": proofType, "cryptosuite": suite, "verificationMethod": method, "proofPurpose": purpose,
			"created": made.Format(time.RFC3339), "@context": members["@context"]}
		change(config)
		raw, _ := json.Marshal(config)
		hash, err := digest(raw, []byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		config["proofValue"] = "z" + encode58(ed25519.Sign(key(t), hash))
		raw, _ = json.Marshal(config)
		return []byte(strings.TrimSuffix(plain, "}") + `,"proof":` + string(raw) + "}")
	}
	set := func(name string, v any) []byte { return resign(func(c map[string]any) { c[name] = v }) }
	if err := verify(t, resign(func(map[string]any) {}), made); err != nil {
		t.Fatalf("the honest one: %v", err)
	}
	if err := verify(t, resign(func(c map[string]any) { delete(c, "@context") }), made); err != nil {
		t.Errorf("without a context of its own: %v", err)
	}
	if err := verify(t, set("expires", made.Add(time.Hour).Format(time.RFC3339)), made); err != nil {
		t.Errorf("before it expires: %v", err)
	}
	text := string(signed)
	proof := text[strings.Index(text, `"proof":`)+8 : len(text)-1]
	for name, c := range map[string]struct {
		doc  string
		want error
	}{
		"none":                    {plain, ErrMissing},
		"no object":               {`[1]`, ErrRefused},
		"two proofs":              {strings.Replace(text, `"proof":`+proof, `"proof":[`+proof+","+proof+"]", 1), ErrRefused},
		"another suite":           {string(set("cryptosuite", "eddsa-rdfc-2022")), ErrRefused},
		"another type":            {string(set("type", "Ed25519Signature2020")), ErrRefused},
		"another purpose":         {string(set("proofPurpose", "authentication")), ErrRefused},
		"a domain":                {string(set("domain", "elm.example")), ErrRefused},
		"a challenge":             {string(set("challenge", "1")), ErrRefused},
		"another context":         {string(set("@context", "https://www.w3.org/ns/activitystreams")), ErrRefused},
		"created is no time":      {string(set("created", map[string]string{"@value": "x"})), ErrRefused},
		"no created":              {string(resign(func(c map[string]any) { delete(c, "created") })), ErrTime},
		"created in the future":   {string(set("created", made.Add(2*time.Hour).Format(time.RFC3339))), ErrTime},
		"created long ago":        {string(set("created", made.Add(-MaxAge-time.Hour).Format(time.RFC3339))), ErrTime},
		"expired":                 {string(set("expires", made.Add(-time.Second).Format(time.RFC3339))), ErrTime},
		"expires taken away":      {strings.Replace(string(set("expires", "2023-02-24T23:36:00Z")), `"expires":"2023-02-24T23:36:00Z",`, "", 1), ErrMismatch},
		"created changed":         {strings.Replace(text, "2023-02-24T23:36:38Z", "2023-02-24T23:36:39Z", 1), ErrMismatch},
		"another key named":       {strings.Replace(text, "#ed25519-key", "#other", 1), ErrMismatch},
		"the document changed":    {strings.Replace(text, "Hello world", "Hello, world", 1), ErrMismatch},
		"a member more":           {strings.Replace(text, `"type":"Create"`, `"type":"Create","cc":[]`, 1), ErrMismatch},
		"an option more":          {strings.Replace(text, `"proofPurpose"`, `"nonce":"1","proofPurpose"`, 1), ErrMismatch},
		"value of another length": {strings.Replace(text, value, "z111", 1), ErrRefused},
		"value of no base58":      {strings.Replace(text, value, "z0OIl", 1), ErrRefused},
		"value too long":          {strings.Replace(text, value, "z"+strings.Repeat("2", 4000), 1), ErrRefused},
		"proof is text":           {strings.Replace(text, proof, `"x"`, 1), ErrRefused},
	} {
		if err := verify(t, []byte(c.doc), made); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := Sign(signed, key(t), method, made); err == nil {
		t.Error("a second proof is put in")
	}
}

// RFC 8785, 3.2.2 and appendix B; the order of names is by UTF-16 units.
func TestT76_CanonicalForm(t *testing.T) {
	in := `{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
		"\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`
	want := "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":\"Latin Small Letter O With Diaeresis\"," +
		"\"\u20ac\":\"Euro Sign\",\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"
	if got, err := jcs.Transform([]byte(in)); err != nil || string(got) != want {
		t.Errorf("order of names: %q, %v; want %q", got, err, want)
	}
	for in, want := range map[string]string{
		"333333333.33333329": "333333333.3333333", "1E30": "1e+30", "4.50": "4.5", "2e-3": "0.002", "0.000000000000000000000000001": "1e-27",
		"-0": "0", "1e21": "1e+21", "9007199254740993": "9007199254740992", "1424953923781206.2": "1424953923781206.2",
		`"\u000f\nA'B\u0022\u005c\\\"\/"`: `"\u000f\nA'B\"\\\\\"/"`,
	} {
		if got, err := jcs.Transform([]byte("[" + in + "]")); err != nil || string(got) != "["+want+"]" {
			t.Errorf("%s: %s, %v; want %s", in, got, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	signed, err := Sign([]byte(plain), key(f), method, made)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add([]byte(`{"proof":[{}]}`))
	f.Add([]byte(`{"a":1e999,"proof":{"type":"DataIntegrityProof"}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		if p, err := Parse(doc); err == nil && p.Verify(make(ed25519.PublicKey, 32), made) == nil && hex.EncodeToString(p.value) == "" {
			t.Error("an empty signature holds")
		}
	})
}

// FuzzProof: whatever document can be proven is proven, also written otherwise; and its canonical form is one (RFC 8785).
func FuzzProof(f *testing.F) {
	f.Add([]byte(plain), "Hello world")
	f.Add([]byte(`{}`), "")
	f.Add([]byte(`{"\ud83d\ude00":1e-7,"\ufb33":[-0,1e21,"\u2028"],"signature":{}}`), "\ufb33")
	f.Add([]byte(`{"a":1e999,"b":"\ud800"}`), "a")
	f.Fuzz(func(t *testing.T, doc []byte, name string) {
		if len(doc) > 1<<16 || !utf8.Valid(doc) {
			return
		}
		signed, err := Sign(doc, key(t), method, made)
		if err != nil {
			return
		}
		one, err := jcs.Transform(doc)
		if err != nil {
			t.Fatalf("signed, but has no canonical form: %v", err)
		}
		if two, err := jcs.Transform(one); err != nil || string(two) != string(one) {
			t.Errorf("the canonical form of %q is %q, %v", one, two, err)
		}
		members, err := object(doc)
		if err != nil {
			t.Fatal(err)
		}
		if whole, _ := json.Marshal(members); !sameMembers(doc, whole) {
			return // a name stands in it twice: nobody takes it
		}
		if err := verify(t, signed, made); err != nil {
			t.Errorf("what was proven does not hold: %v\n%s", err, signed)
		}
		if _, there := members[name]; there || name == "proof" || name == "signature" || name == "@context" || !utf8.ValidString(name) {
			return
		}
		more, _ := json.Marshal(name)
		changed := append([]byte(`{`+string(more)+`:1,`), bytes.TrimPrefix(bytes.TrimSpace(signed), []byte("{"))...)
		if verify(t, changed, made) == nil {
			t.Errorf("a member more is believed: %s", changed)
		}
	})
}

func sameMembers(a, b []byte) bool {
	x, errX := jcs.Transform(a)
	y, errY := jcs.Transform(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
