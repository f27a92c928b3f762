package social

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Incoming is a post as a peer sent it. Nothing of it is trusted: it is cleaned and cut here.
type Incoming struct {
	URI, URL   string
	HTML       string
	Warning    string // plain text
	Language   string
	Sensitive  bool
	Visibility skein.Visibility
	ReplyToURI string
	Quote      *IncomingQuote
	Policy     *skein.Policy
	ApprovedBy string // the stamp by which the author of the parent is said to allow this answer
	// Mentions are the accounts that are addressed, and so may read the post. Who is only named in it, but not addressed,
	// does not belong here (T165).
	Mentions    []skein.ID
	Named       []skein.ID // those of Mentions that the post names with a tag: they are notified
	Tags        []skein.Tag
	Emojis      []skein.Emoji
	Attachments []skein.Attachment
	Poll        *skein.Poll
	CreatedAt   time.Time
	EditedAt    time.Time
	// Relevant: somebody here asked for the post. A post that was only pushed is dropped when it concerns nobody (T215).
	Relevant bool
	// What the peer says beside the content; it is taken over whenever it is said (State).
	State
	// Group is the community that the post was written for; Quiet: it is old news, which nobody is told of.
	Group skein.ID
	Quiet bool
	// Depth is how many answers down from here the first one was that made us fetch parents.
	Depth int
	// QuoteDepth is how many quotes within quotes made us fetch this one.
	QuoteDepth int
}

// Limits of what is kept of a peer's post (activitypub-mastodon.md, section 21; T81): the same for new posts, edits and
// posts that are fetched again (T216).
const (
	maxRemoteWarning     = 2000 // characters
	maxRemoteDescription = 10_000
	maxRemoteAttachments = 32
	maxParentDepth       = 40
	maxAdopted           = 500
	maxRemotePins        = 20
)

var (
	errGone  = skein.Errorf(skein.Gone, "This post was deleted.")
	errOwner = skein.Errorf(skein.Denied, "This post belongs to somebody else.")
	errHost  = skein.Errorf(skein.Invalid, "What an actor makes is named on the actor's own host.")
)

// ReceivePost stores a peer's post. One whose URI is known is returned as it is, whatever is said of it now (T49, T216); one
// that was deleted never comes back (T183). A pushed post that concerns nobody here is dropped: nil, nil (T215).
func (s *Service) ReceivePost(ctx context.Context, site, author skein.ID, in Incoming) (p *skein.Post, err error) {
	if in, err = s.withoutRejected(ctx, site, in); err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		p = nil
		by, err := peer(tx, author, in.URI)
		if err != nil {
			return err
		}
		p, err = s.receivePost(tx, by, in)
		return err
	})
	return p, err
}

// withoutRejected leaves out what the site takes from no account of the post's peer.
func (s *Service) withoutRejected(ctx context.Context, site skein.ID, in Incoming) (Incoming, error) {
	rules, err := s.peers(ctx, site)
	if err == nil && rules.For(uriHost(in.URI)).RejectMedia {
		in.Attachments, in.Emojis = nil, nil
	}
	return in, err
}

// peer returns a remote account that may act, and that may name things with a URI.
func peer(tx *store.Tx, id skein.ID, uri string) (*skein.Account, error) {
	a, err := tx.Account(id)
	if err != nil {
		return nil, err
	}
	if a.Local || a.Gone() {
		return nil, errDenied
	}
	if uri != "" && !sameHost(uri, a.URI) {
		return nil, errHost
	}
	return a, nil
}

// sameHost tells whether two URLs lie on one host.
func sameHost(a, b string) bool {
	host := func(s string) string {
		u, err := url.Parse(s)
		if err != nil {
			return ""
		}
		h := strings.ToLower(u.Host)
		if p := u.Port(); p == "443" && u.Scheme == "https" || p == "80" && u.Scheme == "http" {
			h = strings.TrimSuffix(h, ":"+p)
		}
		return h
	}
	h := host(a)
	return h != "" && h == host(b)
}

func (s *Service) receivePost(tx *store.Tx, by *skein.Account, in Incoming) (*skein.Post, error) {
	if buried, err := tx.Buried(in.URI, by.URI); err != nil || buried {
		return nil, errors.Join(err, errIf(buried, errGone))
	}
	if old, err := tx.PostByURI(in.URI); err == nil {
		if old.Author == by.ID {
			err = claim(tx, old, in.ApprovedBy)
		}
		return old, err
	} else if !errors.Is(err, skein.ErrNotFound) {
		return nil, err
	}
	now := tx.Now()
	at := in.CreatedAt
	if at.IsZero() || at.After(now) {
		at = now
	}
	p := &skein.Post{
		ID: skein.At(at), Author: by.ID, URI: in.URI, URL: in.URL, CreatedAt: at,
		Visibility: min(max(in.Visibility, skein.Public), skein.Direct),
	}
	if !in.EditedAt.IsZero() {
		p.EditedAt = editTime(in.EditedAt, now)
	}
	if p.URL == "" {
		p.URL = p.URI
	}
	in.State.put(p)
	p.Extra.Group = in.Group
	local, err := fit(tx, p, in)
	if err != nil {
		return nil, err
	}
	parent, consent, known, err := s.parent(tx, by, in)
	if err != nil {
		return nil, err
	}
	if parent != nil && parent.Local && consent == skein.No {
		if in.Relevant { // somebody looked for it; nobody waits for an answer
			return nil, skein.ErrNotFound
		}
		return nil, turnedAway(tx, parent, skein.ApproveReply, by.ID, in.URI)
	}
	p.Held, p.Extra.Approval = parent != nil && consent != skein.Yes, in.ApprovedBy
	switch {
	case parent != nil:
		p.ReplyTo, p.ReplyToAuthor, p.Thread = parent.ID, parent.Author, parent.Thread
	case in.ReplyToURI != in.URI:
		p.ReplyToURI = in.ReplyToURI
	}
	if !in.Relevant {
		ok, err := relevant(tx, p, parent, local)
		if err != nil || !ok {
			return nil, err
		}
	}
	p.Extra.Policy = in.Policy
	unproven, err := s.takeQuote(tx, p, by, in.Quote)
	if err != nil {
		return nil, err
	}
	if p.Extra.Collections, err = linked(tx, p.HTML); err != nil {
		return nil, err
	}
	isNew, err := tx.InsertPost(p)
	if err != nil {
		return nil, err
	}
	if !isNew {
		return tx.PostByURI(in.URI)
	}
	if p.QuoteOf != 0 {
		if err := s.tellQuoted(tx, p); err != nil {
			return nil, err
		}
	}
	if unproven && in.QuoteDepth < maxQuoteDepth {
		if err := tx.Emit(skein.QuoteUnproven{Site: tx.Site(), Post: p.ID, Depth: in.QuoteDepth + 1, URI: in.Quote.URI, Stamp: in.Quote.Stamp}); err != nil {
			return nil, err
		}
	}
	if err := s.adopt(tx, p); err != nil {
		return nil, err
	}
	if p.ReplyToURI != "" && !known && in.Depth < maxParentDepth {
		if err := tx.Emit(skein.ParentWanted{Site: tx.Site(), Post: p.ID, URI: p.ReplyToURI, Depth: in.Depth + 1}); err != nil {
			return nil, err
		}
	}
	if parent != nil {
		if err := s.judged(tx, parent, consent, skein.Approval{Kind: skein.ApproveReply, Asker: by.ID, Object: p.URI, By: p.ID}); err != nil {
			return nil, err
		}
	}
	if !p.Held {
		return p, tx.Emit(skein.PostCreated{Site: tx.Site(), Post: p.ID, Quiet: in.Quiet})
	}
	if parent.Local || p.Extra.Approval == "" {
		return p, nil
	}
	return p, tx.Emit(skein.ReplyUnproven{Site: tx.Site(), Post: p.ID, Quiet: in.Quiet})
}

func errIf(is bool, err error) error {
	if is {
		return err
	}
	return nil
}

// editTime is a time of editing as it is stored and compared: to the millisecond, and not in the future.
func editTime(t, now time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	if t.After(now) {
		t = now
	}
	return t.Truncate(time.Millisecond).UTC()
}

// fit puts a peer's content into a post, cleaned and within the limits. local: somebody of ours is addressed.
func fit(tx *store.Tx, p *skein.Post, in Incoming) (local bool, err error) {
	p.HTML = text.Sanitize(in.HTML)
	p.Warning = text.DisplayName(in.Warning, maxRemoteWarning)
	p.Sensitive = in.Sensitive || p.Warning != ""
	p.Language, _ = text.Language(in.Language)
	p.Tags = nil
	seen := map[string]bool{}
	for _, t := range in.Tags {
		written := t.Display
		if written == "" {
			written = t.Name
		}
		name, display, ok := text.Hashtag(written)
		if !ok || seen[name] {
			continue
		}
		if len(p.Tags) == skein.MaxTags {
			break
		}
		seen[name] = true
		p.Tags = append(p.Tags, skein.Tag{Name: name, Display: display})
	}
	p.Emojis = slices.Clone(in.Emojis[:min(len(in.Emojis), maxEmojis)])
	p.Attachments = slices.Clone(in.Attachments[:min(len(in.Attachments), maxRemoteAttachments)])
	for i := range p.Attachments {
		p.Attachments[i].Description = text.Clean(p.Attachments[i].Description, maxRemoteDescription)
	}
	p.Extra.Poll = fitPoll(in.Poll, tx.Now())

	var ids []skein.ID
	for _, id := range slices.Concat(in.Named, in.Mentions) {
		if id != p.Author && slices.Contains(in.Mentions, id) && !slices.Contains(ids, id) && len(ids) < skein.MaxMentions {
			ids = append(ids, id)
		}
	}
	accounts, err := tx.Accounts(ids)
	if err != nil {
		return false, err
	}
	p.Mentions = nil
	for _, id := range ids {
		i := slices.IndexFunc(accounts, func(a *skein.Account) bool { return a.ID == id })
		if i < 0 || !accounts[i].DeletedAt.IsZero() {
			continue
		}
		m := mention(accounts[i])
		m.Silent = !slices.Contains(in.Named, id)
		p.Mentions = append(p.Mentions, m)
		local = local || accounts[i].Local
	}
	return local, nil
}

// parent finds what a peer's post answers, and what the policy of that says. known: the post is here, but the peer may not
// read it, and gets no link to it (T62).
func (s *Service) parent(tx *store.Tx, by *skein.Account, in Incoming) (parent *skein.Post, consent skein.Consent, known bool, err error) {
	if in.ReplyToURI == "" || in.ReplyToURI == in.URI {
		return nil, skein.Yes, true, nil
	}
	p, err := tx.PostByURI(in.ReplyToURI)
	if errors.Is(err, skein.ErrNotFound) {
		return nil, skein.Yes, false, nil
	}
	if err != nil {
		return nil, skein.Yes, false, err
	}
	seen, err := s.truth(tx, skein.Viewer{Site: tx.Site(), Account: by.ID}).look([]skein.ID{p.ID})
	if err != nil {
		return nil, skein.Yes, false, err
	}
	if p.BoostOf != 0 {
		if p = seen.posts[p.BoostOf]; p == nil {
			return nil, skein.Yes, true, nil
		}
	}
	f, _ := seen.facts(p)
	if !mayAnswer(p, f) {
		return nil, skein.Yes, true, nil
	}
	return p, skein.Consents(skein.Reply, p, f), true, nil
}

// mayAnswer: of two peers' people nobody here knows whether one follows the other. What the policy says is not asked.
func mayAnswer(p *skein.Post, f skein.Facts) bool {
	if !p.Local && p.Visibility == skein.Followers {
		f.Follows = true
	}
	return skein.May(skein.Reply, unpolicied(p), f) == nil
}

// unpolicied is a post for judging whether somebody could do something with it at all. Of what one peer does with
// another's post the policy is left to the server that has it: who of them follows whom nobody here knows.
func unpolicied(p *skein.Post) *skein.Post {
	if p.Extra.Policy == nil {
		return p
	}
	open := *p
	open.Extra.Policy = nil
	return &open
}

// relevant tells whether a pushed post concerns anybody here (activitypub-mastodon.md, section 9).
func relevant(tx *store.Tx, p, parent *skein.Post, local bool) (bool, error) {
	if local {
		return true, nil
	}
	if p.Visibility == skein.Direct {
		return false, nil
	}
	if ok, err := tx.HasLocalFollower(p.Author); err != nil || ok {
		return ok, err
	}
	if parent == nil || p.Visibility == skein.Followers {
		return false, nil
	}
	if parent.Local {
		return true, nil
	}
	return tx.HasLocalFollower(parent.Author)
}

// AdoptOrphans lets answers that waited for a post join its thread.
func (s *Service) AdoptOrphans(ctx context.Context, site, post skein.ID) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		p, err := tx.Post(post)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.adopt(tx, p)
	})
}

func (s *Service) adopt(tx *store.Tx, parent *skein.Post) error {
	orphans, err := tx.Orphans(parent.URI, maxAdopted)
	if err != nil || len(orphans) == 0 {
		return err
	}
	authors := make([]skein.ID, len(orphans))
	for i, o := range orphans {
		authors[i] = o.Author
	}
	seen, err := tx.Sight(parent.Author, store.SightFor{Authors: authors})
	if err != nil {
		return err
	}
	uris := map[skein.ID]string{} // where a policy may name them
	if parent.Extra.Policy.Of(skein.Reply) != nil {
		accounts, err := tx.Accounts(authors)
		if err != nil {
			return err
		}
		for _, a := range accounts {
			uris[a.ID] = a.URI
		}
	}
	var held []*skein.Post
	orphans = slices.DeleteFunc(orphans, func(o *skein.Post) bool {
		f := skein.Facts{Viewer: o.Author, Mentioned: mentions(parent, o.Author), BlockedBy: seen.Stands[o.Author].Blocks,
			ViewerURI: uris[o.Author]}
		// An answer to its own answers would make a thread without an end.
		if o.Thread == parent.Thread || !mayAnswer(parent, f) {
			return true
		}
		if skein.Consents(skein.Reply, parent, f) == skein.Yes {
			return false
		}
		if parent.Local || o.Local { // ours were asked, or ask themselves
			return true
		}
		held = append(held, o)
		return false
	})
	for _, o := range held {
		o.Held = true
		if _, err := tx.ChangePost(o.ID, func(p *skein.Post) bool {
			p.Held = true
			return true
		}); err != nil {
			return err
		}
		if o.Extra.Approval != "" {
			if err := tx.Emit(skein.ReplyUnproven{Site: tx.Site(), Post: o.ID, Quiet: true}); err != nil {
				return err
			}
		}
	}
	return tx.Adopt(parent, orphans)
}

// ReceiveEdit changes a peer's post, if its author says so and it is newer than what is here (T48). One that never came is
// taken for new.
func (s *Service) ReceiveEdit(ctx context.Context, site, author skein.ID, in Incoming) error {
	in, err := s.withoutRejected(ctx, site, in)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, author, in.URI)
		if err != nil {
			return err
		}
		old, err := tx.PostByURI(in.URI)
		if errors.Is(err, skein.ErrNotFound) {
			_, err := s.receivePost(tx, by, in)
			return err
		}
		if err != nil {
			return err
		}
		if old.Author != author || old.Local || old.BoostOf != 0 {
			return errOwner
		}
		at := editTime(in.EditedAt, tx.Now())
		if !at.After(old.EditedAt) {
			// An implicit update: nothing but counts, the policy, and the leave to quote (reference, section 17).
			if !in.EditedAt.IsZero() && at.Before(old.EditedAt) {
				return nil
			}
			return errors.Join(receiveTally(tx, old, in.Poll), s.implicit(tx, by, old, in))
		}
		p := *old
		if _, err := fit(tx, &p, in); err != nil {
			return err
		}
		p.Mentions = keepSilent(old.Mentions, p.Mentions)
		return errors.Join(applyEdit(tx, &p, old, at, requoted(old, in.Quote)), s.implicit(tx, by, old, in))
	})
}

// ReceiveDelete removes a peer's post or boost. That a post is gone is remembered even if it never came (T183, T184).
func (s *Service) ReceiveDelete(ctx context.Context, site, author skein.ID, uri string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := tx.Account(author)
		if err != nil {
			return err
		}
		if by.Local || !sameHost(uri, by.URI) {
			return errHost
		}
		p, err := tx.PostByURI(uri)
		if errors.Is(err, skein.ErrNotFound) {
			return tx.BuryUnknown(uri, by.URI)
		}
		if err != nil {
			return err
		}
		if p.Author != author {
			return errOwner
		}
		return s.dropPost(tx, p)
	})
}

// maxUnknownGone is how many things somebody whom nobody here knows may name as gone at once.
const maxUnknownGone = 10

// ReceiveGoneOfUnknown remembers what an actor that nobody here knows takes back: it may come late (T183, T184).
func (s *Service) ReceiveGoneOfUnknown(ctx context.Context, site skein.ID, actor string, uris []string) error {
	var gone []string
	for _, uri := range uris {
		if uri != actor && sameHost(uri, actor) && len(gone) < maxUnknownGone {
			gone = append(gone, uri)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		for _, uri := range gone {
			if err := tx.BuryUnknown(uri, actor); err != nil {
				return err
			}
		}
		return nil
	})
}

// dropPost removes a post, and finds the original of a boost first.
func (s *Service) dropPost(tx *store.Tx, p *skein.Post) error {
	var original *skein.Post
	if p.BoostOf != 0 {
		o, err := tx.Post(p.BoostOf)
		if err != nil && !errors.Is(err, skein.ErrNotFound) {
			return err
		}
		original = o
	}
	return s.removePost(tx, p, original)
}
