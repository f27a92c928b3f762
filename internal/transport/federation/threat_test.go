package federation

import (
	"net/http"
	"strings"
	"testing"

	"skein/internal/skein"
)

// Addressing goes by the author's own followers collection: another's, or one of ours, makes no audience.
func TestT58_FollowersOfAnother(t *testing.T) {
	w, oak, evil, bob := twoPeers(t)
	evil.actor("mal")
	pem := strings.ReplaceAll(keyPairs()[2][1], "\n", `\n`)
	evil.serve("/users/thief", `{"@context":"https://www.w3.org/ns/activitystreams","id":"$/users/thief","type":"Person","preferredUsername":"thief",
		"inbox":"$/inbox","followers":"`+bob.Followers+`","publicKey":{"id":"$/users/thief#main-key","owner":"$/users/thief","publicKeyPem":"`+pem+`"}}`)
	if thief := w.meets(evil.base + "/users/thief"); thief.Followers != "" {
		t.Errorf("took %s for the followers of %s", thief.Followers, thief.URI)
	}
	for i, to := range []string{bob.Followers, w.ann.Followers, w.ann.Following} {
		evil.send("thief", `{"id":"$/t/`+string(rune('a'+i))+`","type":"Create","to":"`+to+`","object":{"id":"$/stolen/`+string(rune('a'+i))+`","type":"Note",
			"attributedTo":"$/users/thief","to":"`+to+`","content":"x"}}`)
	}
	for _, id := range []string{"a", "b", "c"} {
		if p := w.stored(evil.base + "/stolen/" + id); p != nil && (p.Visibility != skein.Direct || len(p.Mentions) > 0) {
			t.Errorf("stored with visibility %d for %v", p.Visibility, p.Mentions)
		}
	}
	_ = oak
}

// A linked-data signature proves nothing here, whatever it holds: an activity counts only by who sent it.
func TestT70_LinkedDataSignaturesProveNothing(t *testing.T) {
	w, oak, evil, _ := twoPeers(t)
	const ld = `"signature":{"type":"RsaSignature2017","creator":"USER#main-key","created":"2026-10-05T11:59:00Z","signatureValue":"AAAA"},`
	note := `"type":"Create","to":"https://www.w3.org/ns/activitystreams#Public","object":{"id":"` + oak.base + `/notes/ld","type":"Note",
		"attributedTo":"` + oak.base + `/users/bob","to":"https://www.w3.org/ns/activitystreams#Public","content":"forged"}}`
	for _, graph := range []string{"", `"@graph":[{"type":"Create"}],`, `"@included":[{"id":"x"}],`, `"@reverse":{"actor":{"id":"x"}},`} {
		body := `{"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/v1"],"id":"` + oak.base + `/ld","actor":"` + oak.base + `/users/bob",` +
			graph + strings.Replace(ld, "USER", oak.base+"/users/bob", 1) + note
		if got := w.do(evil.post("/inbox", "$/users/mal#main-key", body)).Code; got != http.StatusUnauthorized && got != http.StatusBadRequest {
			w.settle()
			if w.stored(oak.base+"/notes/ld") != nil {
				t.Errorf("%s forwarded with a linked-data signature: got %d, and it is stored", graph, got)
			}
		}
	}
	w.settle()
	if p := w.stored(oak.base + "/notes/ld"); p != nil {
		t.Errorf("stored %q", p.HTML)
	}
	// Sent by its author it is like any other.
	oak.send("bob", `{"id":"$/ld/2",`+strings.Replace(ld, "USER", oak.base+"/users/bob", 1)+strings.TrimPrefix(strings.Replace(createNote("bob", "ld2", ""), `"id":"$/activities/`, `"x":"$/activities/`, 1), "{"))
	if w.stored(oak.base+"/notes/ld2") == nil {
		t.Error("an activity of its sender is dropped for a signature that nobody asked for")
	}
}
