package activitypub

import (
	"testing"
	"time"
)

var arrival = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestSmoke(t *testing.T) {
	d, err := Decode([]byte(`{"@context":"https://www.w3.org/ns/activitystreams","type":"Create","id":"https://a.example/1","actor":"https://a.example/u","object":{"type":"Note","id":"https://a.example/2","attributedTo":"https://a.example/u","content":"hi","to":"as:Public"}}`), arrival)
	if err != nil {
		t.Fatal(err)
	}
	a, err := d.Activity()
	if err != nil {
		t.Fatal(err)
	}
	n, err := a.Object.First().Document().Note()
	if err != nil {
		t.Fatal(err)
	}
	out, err := Encode(&Activity{ID: "x", Type: "Create", Actor: "y", Object: References{Embed(n.ID, n)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(string(out))
}
