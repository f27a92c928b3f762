package activitypub

import (
	"os"
	"path/filepath"
	"testing"
)

// seedCorpus adds what many programs send: the samples of internal/transport/federation.
func seedCorpus(f *testing.F) {
	f.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "transport", "federation", "testdata", "corpus", "*", "*.json"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no corpus: %v", err)
	}
	for _, path := range paths {
		if match, _ := filepath.Match("*.want.json", filepath.Base(path)); match {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// FuzzActivity reads activities with all that is embedded in them.
func FuzzActivity(f *testing.F) {
	seedCorpus(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Decode(data, arrival)
		if err != nil {
			return
		}
		a, err := d.Activity()
		if err != nil {
			return
		}
		if a.Actor == "" || len(a.Object) > maxObjects || len(a.To) > maxAudience || a.Published.After(arrival) {
			t.Errorf("read as %+v", a)
		}
		for _, r := range a.Object {
			inner := r.Document()
			if inner == nil {
				continue
			}
			readAll(inner)
			n, err := inner.Note()
			if err == nil && (n.ID == "" || n.AttributedTo == "" || n.Published.After(arrival) || n.URL != "" && !IsHTTP(n.URL)) {
				t.Errorf("read as %+v", n)
			}
		}
		if _, err := Encode(a); err != nil {
			t.Error(err)
		}
	})
}

// FuzzActor reads actors, and collections, which stand beside them.
func FuzzActor(f *testing.F) {
	seedCorpus(f)
	f.Add([]byte(`{"@context":"https://www.w3.org/ns/activitystreams","type":"OrderedCollection","id":"https://a.example/c","totalItems":2,"first":{"type":"OrderedCollectionPage","orderedItems":["https://a.example/1",{"id":"https://a.example/2"}],"next":"https://a.example/c?2"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Decode(data, arrival)
		if err != nil {
			return
		}
		if a, err := d.Actor(); err == nil {
			if a.ID == "" || a.Inbox == "" || len(a.Fields) > maxFields || len(a.PublicKey) > maxKeys || a.Published.After(arrival) {
				t.Errorf("read as %+v", a)
			}
			if out, err := Encode(a); err != nil {
				t.Error(err)
			} else if _, err := Decode(out, arrival); err != nil {
				t.Errorf("what we write we cannot read: %v\n%s", err, out)
			}
		}
		if c, err := d.Collection(); err == nil && len(c.Items) > maxItems {
			t.Errorf("%d items", len(c.Items))
		}
	})
}

// FuzzFinding reads the documents by which servers are found: WebFinger, host-meta, NodeInfo.
func FuzzFinding(f *testing.F) {
	for _, seed := range []string{
		`{"subject":"acct:a@b.example","aliases":["https://b.example/a"],"links":[{"rel":"self","type":"application/activity+json","href":"https://b.example/a"},{"rel":"x","template":"https://b.example/{uri}"}]}`,
		`<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="https://b.example/.well-known/webfinger?resource={uri}"/></XRD>`,
		`<!DOCTYPE x [<!ENTITY a "aaaa">]><XRD><Link rel="lrdd" template="&a;{uri}"/></XRD>`,
		`{"version":"2.0","software":{"name":"x","version":"1"},"protocols":["activitypub"],"usage":{"users":{"total":-1,"activeMonth":1e300},"localPosts":"7"},"openRegistrations":true}`,
	} {
		f.Add([]byte(seed), "@a@b.example")
	}
	f.Fuzz(func(t *testing.T, data []byte, handle string) {
		if j, err := DecodeJRD(data); err == nil {
			j.Self()
			j.Template("x")
			if _, err := j.Encode(); err != nil {
				t.Error(err)
			}
		}
		_, _ = DecodeHostMeta(data)
		if n, err := DecodeNodeInfo(data); err == nil && (n.Usage.Users.Total < 0 || n.Usage.LocalPosts < 0) {
			t.Errorf("read as %+v", n)
		}
		if user, domain, ok := SplitHandle(handle); ok && (user == "" || domain == "") {
			t.Errorf("%q: %q at %q", handle, user, domain)
		}
	})
}

// FuzzNegotiation reads Accept and Content-Type.
func FuzzNegotiation(f *testing.F) {
	for _, seed := range []string{AcceptHeader, ContentType, "text/html, application/activity+json;q=0.9", `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, "*/*;q=NaN, ,;", `a/b;q="`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		wants, is := WantsActivity(header), IsActivityType(header)
		if wants != WantsActivity(header) || is != IsActivityType(header) {
			t.Errorf("%q is read in two ways", header)
		}
		if is && len(header) < len("application/ld+json") {
			t.Errorf("%q is taken for ActivityPub", header)
		}
	})
}
