package federation

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/httpsig"
	"skein/internal/kit/limit"
	"skein/internal/skein"
	"skein/internal/store"
)

// maxActivity is the size of an activity that is taken in (T79).
const maxActivity = 1 << 20

// receive is the door for what peers send: who says it must be proven, what is said is only written down. Reference,
// section 9. It answers 202 once the activity is stored; the job Process does the rest.
func (s *Service) receive(c *call) error {
	ctx, r := c.r.Context(), c.r
	if r.ContentLength > maxActivity {
		return &refusal{status: http.StatusRequestEntityTooLarge, text: "An activity holds a megabyte."}
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") { // T80
		return &refusal{status: http.StatusUnsupportedMediaType, text: "Activities are not taken compressed."}
	}
	sig, err := httpsig.Parse(r)
	if err != nil { // T21: nothing unsigned is read
		return &refusal{status: http.StatusUnauthorized, text: "The request is not signed as it must be: " + err.Error() + "."}
	}
	if err := s.welcome(ctx, c.site, hostOf(sig.KeyID)); err != nil { // T37
		return err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxActivity+1))
	if err != nil {
		return &refusal{status: http.StatusBadRequest, text: "The body ended too early.", cause: err}
	}
	if len(body) > maxActivity {
		return &refusal{status: http.StatusRequestEntityTooLarge, text: "An activity holds a megabyte."}
	}
	doc, err := activitypub.Decode(body, s.Clock())
	if err != nil {
		return &refusal{status: http.StatusBadRequest, text: "This cannot be read: " + err.Error() + "."}
	}
	a, err := doc.Activity()
	if err != nil {
		return &refusal{status: http.StatusBadRequest, text: "This is no activity: " + err.Error() + "."}
	}
	if err := s.welcome(ctx, c.site, hostOf(a.Actor)); err != nil {
		return err
	}
	target, err := s.inboxOwner(c)
	if err != nil {
		return err
	}
	known, err := s.account(ctx, c.site.ID, a.Actor)
	if err != nil {
		return err
	}
	farewell := (a.Type == "Delete" || a.Type == "Update") && a.Object.First().ID == a.Actor
	if farewell && (known == nil || !known.DeletedAt.IsZero()) {
		// Whom nobody here knows may go in peace: the key is gone too, and everybody hears of it at once (T36).
		c.w.WriteHeader(http.StatusAccepted)
		return nil
	}
	from, err := s.admit(c, sig, body)
	if errors.Is(err, errKeyGone) && farewell && a.Type == "Delete" && withoutFragment(sig.KeyID) == a.Actor {
		from, err = signer{a.Actor, hostOf(a.Actor)}, nil // 410 at its own address confirms the end of an actor (T185)
	}
	if err != nil {
		return err
	}
	in := skein.Inbound{Site: c.site.ID, Signer: from.uri, Target: target, Body: body}
	if sig.Covers("collection-synchronization") && a.Actor == from.uri {
		in.Sync = r.Header.Get(syncHeader)
	}
	if a.Actor != from.uri { // T28
		in.Via = from.uri
		if in.Proven, err = s.passedOn(c, a, from, body); err != nil {
			return err
		}
		if in.Proven {
			in.Signer = a.Actor
		}
	}
	if known != nil && known.Gone() && !mayReturn(known, a) { // T37
		return &refusal{status: http.StatusForbidden, text: "This actor is not welcome here."}
	}
	if s.hosts != nil && !s.hosts.Allow(from.host) { // T88
		return &refusal{status: http.StatusTooManyRequests, text: "Your server sends too much at once.", after: 30 * time.Second}
	}
	if _, lately := s.answered.get(from.host); !lately {
		s.answered.set(from.host, struct{}{})
		if err := s.DB.Shared().HostAnswers(ctx, from.host); err != nil {
			return err
		}
	}
	id, copied := a.ID, body
	switch a.Type {
	case "Accept", "Reject":
		id = "" // Mastodon gives one id to all its answers to follows that stand already
	case "Follow", "Undo":
		// Misskey and PeerTube give one id to all follows of a pair, and to their undoing: what is signed anew counts anew.
		// To core a follow that stands is no news, nor is the end of one that does not.
		id, copied = "", slices.Concat(sig.Value(), []byte("\n"), body)
	}
	if id != "" {
		id = a.Type + " " + id // BookWyrm and WriteFreely give one id to a Create and its Delete
	}
	hash := activityHash(in.Signer, a.ID, id, copied)
	err = s.DB.Update(ctx, c.site.ID, func(tx *store.Tx) error {
		if first, err := tx.MarkSeen(hash); err != nil || !first { // T26, T64
			return err
		}
		return tx.Emit(in)
	})
	if err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusAccepted)
	return nil
}

// inboxOwner returns the account of a personal inbox, 0 for a shared one.
func (s *Service) inboxOwner(c *call) (skein.ID, error) {
	if c.vars["id"] == "" {
		return 0, nil
	}
	a, err := s.owner(c)
	if err != nil {
		return 0, err
	}
	return a.ID, nil
}

// admit proves who sent an activity, and bounds how often somebody may fail at it.
func (s *Service) admit(c *call, sig *httpsig.Signature, body []byte) (signer, error) {
	// The address alone may be a proxy's that serves many; what the key claims alone may be anybody's.
	who := "signature/" + limit.IPKey(limit.ClientIP(c.r, s.Proxies)) + "/" + hostOf(sig.KeyID)
	if !s.Unlimited && !s.abuse.Peek(who, badSignatures, 5*time.Minute).OK {
		return signer{}, &refusal{status: http.StatusTooManyRequests, text: "Too many signatures of yours have failed.", after: 5 * time.Minute}
	}
	from, err := s.authenticate(c.r.Context(), c.r, sig, body, c.site, false)
	if err == nil {
		return from, nil
	}
	if !s.Unlimited {
		s.abuse.Take(who, badSignatures, 5*time.Minute)
	}
	return signer{}, s.unproven(err)
}

// unproven is what a failed proof is answered with: 503 when trying again may help (T35), else 401.
func (s *Service) unproven(err error) error {
	for _, fault := range []error{httpsig.ErrMalformed, httpsig.ErrIncomplete, httpsig.ErrAlgorithm, httpsig.ErrDigest, httpsig.ErrTime,
		httpsig.ErrAuthority, httpsig.ErrMismatch} {
		if errors.Is(err, fault) {
			return &refusal{status: http.StatusUnauthorized, text: "The signature is not accepted: " + fault.Error() + ".", cause: err}
		}
	}
	switch {
	case errors.Is(err, errKeyGone):
		return &refusal{status: http.StatusUnauthorized, text: "The key of this signature is gone.", cause: err}
	case errors.Is(err, errKey), permanent(err):
		return &refusal{status: http.StatusUnauthorized, text: "The key of this signature cannot be used.", cause: err}
	}
	s.Log.Info("key not fetched", "err", err)
	return &refusal{status: http.StatusServiceUnavailable, text: "The key of this signature cannot be fetched now.", after: 5 * time.Minute, cause: err}
}

func withoutFragment(uri string) string {
	uri, _, _ = strings.Cut(uri, "#")
	return uri
}

// activityHash names an activity in the table of what was seen: by its id as far as it is the signer's to give, so that
// nobody can use up the ids of others; else by its bytes.
func activityHash(signer, id, name string, body []byte) []byte {
	h := sha256.New()
	if name != "" && sameHost(id, signer) {
		h.Write([]byte(signer + "\n" + name))
	} else {
		h.Write([]byte(signer + "\n\n"))
		h.Write(body)
	}
	return h.Sum(nil)
}

// reader is who asks for a document, as far as that is proven.
type reader struct {
	viewer skein.Viewer // the account that signed, when the site knows it
	person bool         // it is a person's, not a server's
	host   string       // empty: nobody proved anything
}

// reader proves who asks. With known set nothing is fetched for it: who cannot be told is a visitor.
func (s *Service) reader(ctx context.Context, c *call, known bool) reader {
	if c.who != nil {
		return *c.who
	}
	visitor := reader{viewer: skein.Viewer{Site: c.site.ID}}
	if c.r.Header.Get("Signature") == "" {
		return visitor
	}
	sig, err := httpsig.Parse(c.r)
	if err != nil {
		return visitor
	}
	var from signer
	if known {
		from, err = s.authenticate(ctx, c.r, sig, nil, c.site, true)
	} else {
		from, err = s.admit(c, sig, nil)
	}
	if err != nil {
		return visitor
	}
	out := reader{viewer: visitor.viewer, host: from.host}
	if a, err := s.account(ctx, c.site.ID, from.uri); err == nil && a != nil {
		out.viewer.Account = a.ID
		out.person = a.Kind != skein.Application
		if a.Gone() {
			return visitor
		}
	}
	return out
}
