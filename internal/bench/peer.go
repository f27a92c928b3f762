package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/httpsig"
)

// peer is another server, or many: one listener that answers for every host under localhost. Each host has one actor, sam;
// all have the same key. It believes whatever it is sent: its own cost is not measured.
type peer struct {
	port    int
	key     *rsa.PrivateKey
	pem     string
	server  *http.Server
	web     *client
	ended   chan struct{}
	answers sync.WaitGroup
	fetches atomic.Int64 // how often an actor was asked for

	mu   sync.Mutex
	got  func(host string, activity map[string]any) // called for each activity that arrives
	hang map[string]bool                            // hosts that take a delivery and say nothing
	free chan struct{}                              // closed when they shall hang no longer
}

func newPeer() (*peer, error) {
	p := &peer{web: newClient(), ended: make(chan struct{}), free: make(chan struct{})}
	var err error
	if p.key, err = httpsig.GenerateRSA(); err != nil {
		return nil, err
	}
	if p.pem, err = httpsig.MarshalPublicKey(p.key.Public()); err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		_ = p.server.Serve(l)
		close(p.ended)
	}()
	return p, nil
}

func (p *peer) close() {
	close(p.free)
	_ = p.server.Close()
	<-p.ended
	p.answers.Wait()
	p.web.forget()
}

func (p *peer) host(name string) string { return name + ".localhost:" + strconv.Itoa(p.port) }

func (p *peer) actor(host string) string { return "http://" + host + "/users/sam" }

// on says what is done with activities.
func (p *peer) on(got func(host string, activity map[string]any)) {
	p.mu.Lock()
	p.got = got
	p.mu.Unlock()
}

// ServeHTTP answers as small ActivityPub servers do.
func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := p.actor(r.Host)
	reply := func(kind string, v any) {
		w.Header().Set("Content-Type", kind)
		_ = json.NewEncoder(w).Encode(v)
	}
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "inbox"):
		p.receive(w, r)
	case r.URL.Path == "/.well-known/webfinger":
		reply("application/jrd+json", map[string]any{
			"subject": "acct:sam@" + r.Host,
			"links":   []any{map[string]string{"rel": "self", "type": "application/activity+json", "href": id}},
		})
	case r.URL.Path == "/users/sam":
		p.fetches.Add(1)
		body, err := activitypub.Encode(activitypub.Actor{
			ID: id, Type: "Person", PreferredUsername: "sam", Name: "Sam of " + r.Host, Summary: "<p>From elsewhere</p>",
			Inbox: id + "/inbox", Outbox: id + "/outbox", Followers: id + "/followers", URL: "http://" + r.Host + "/@sam",
			Endpoints: &activitypub.Endpoints{SharedInbox: "http://" + r.Host + "/inbox"},
			PublicKey: activitypub.PublicKeys{{ID: id + "#main-key", Owner: id, PEM: p.pem}},
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", activitypub.ContentType)
		_, _ = w.Write(body)
	case strings.HasPrefix(r.URL.Path, "/users/sam/"):
		reply(activitypub.ContentType, map[string]any{"@context": "https://www.w3.org/ns/activitystreams",
			"id": "http://" + r.Host + r.URL.Path, "type": "OrderedCollection", "totalItems": 0})
	default:
		http.NotFound(w, r)
	}
}

func (p *peer) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var activity map[string]any
	if err != nil || json.Unmarshal(body, &activity) != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	got, hang := p.got, p.hang[r.Host]
	p.mu.Unlock()
	if hang {
		select {
		case <-p.free:
		case <-r.Context().Done():
		}
		return
	}
	if got != nil {
		got(r.Host, activity)
	}
	w.WriteHeader(http.StatusAccepted)
}

// accept answers a Follow that arrived.
func (p *peer) accept(ctx context.Context, inbox, host string, follow map[string]any) error {
	id := p.actor(host)
	r, err := p.signed(ctx, inbox, host, map[string]any{
		"@context": "https://www.w3.org/ns/activitystreams", "type": "Accept", "actor": id, "object": follow,
		"id": fmt.Sprintf("%s#accepts/%d", id, time.Now().UnixNano()),
	})
	if err == nil {
		_, err = p.web.do(r)
	}
	return err
}

// signed makes a request that is ready to be sent.
func (p *peer) signed(ctx context.Context, inbox, host string, activity map[string]any) (*http.Request, error) {
	body, err := json.Marshal(activity)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, inbox, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", activitypub.ContentType)
	return r, httpsig.SignCavage(r, body, httpsig.Key{ID: p.actor(host) + "#main-key", Private: p.key}, time.Now())
}

// note makes a Create as Mastodon would send it.
func (p *peer) note(host string, i int) map[string]any {
	id := p.actor(host)
	uri := fmt.Sprintf("%s/statuses/%d", id, i)
	now := time.Now().UTC().Format(time.RFC3339)
	const public = "https://www.w3.org/ns/activitystreams#Public"
	content := fmt.Sprintf(`<p>%d. The geese came back over the reservoir this morning, three skeins of them, and nobody on the bridge `+
		`looked up. <a href="http://%s/tags/birds" class="mention hashtag" rel="tag">#<span>birds</span></a></p>`, i, host)
	return map[string]any{
		"@context": []any{"https://www.w3.org/ns/activitystreams", map[string]any{
			"ostatus": "http://ostatus.org#", "atomUri": "ostatus:atomUri", "inReplyToAtomUri": "ostatus:inReplyToAtomUri",
			"conversation": "ostatus:conversation", "sensitive": "as:sensitive", "toot": "http://joinmastodon.org/ns#",
			"votersCount": "toot:votersCount", "Hashtag": "as:Hashtag",
		}},
		"id": uri + "/activity", "type": "Create", "actor": id, "published": now, "to": []string{public}, "cc": []string{id + "/followers"},
		"object": map[string]any{
			"id": uri, "type": "Note", "summary": nil, "inReplyTo": nil, "published": now, "url": fmt.Sprintf("http://%s/@sam/%d", host, i),
			"attributedTo": id, "to": []string{public}, "cc": []string{id + "/followers"}, "sensitive": false, "atomUri": uri,
			"inReplyToAtomUri": nil, "conversation": fmt.Sprintf("tag:%s,2026:objectId=%d:objectType=Conversation", host, i),
			"content": content, "contentMap": map[string]string{"en": content}, "attachment": []any{},
			"tag": []any{map[string]string{"type": "Hashtag", "href": "http://" + host + "/tags/birds", "name": "#birds"}},
			"replies": map[string]any{"id": uri + "/replies", "type": "Collection", "first": map[string]any{
				"type": "CollectionPage", "next": uri + "/replies?only_other_accounts=true&page=true", "partOf": uri + "/replies", "items": []any{}}},
		},
	}
}
