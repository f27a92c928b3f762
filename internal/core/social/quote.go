package social

import (
	"context"
	"errors"
	"strings"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Quoted is what a post quotes, as one reader sees it (mastodon-api.md, 4.4).
type Quoted struct {
	State skein.QuoteState
	ID    skein.ID // of the quoted post; 0: not to be told
	Post  *View    // of accepted quotes, also of those that the reader has hidden; nil within a quote
}

// What a reader is told of an accepted quote that is not simply shown.
const (
	QuoteUnauthorized   skein.QuoteState = "unauthorized" // not for this reader
	QuoteBlockedAccount skein.QuoteState = "blocked_account"
	QuoteBlockedDomain  skein.QuoteState = "blocked_domain"
	QuoteMutedAccount   skein.QuoteState = "muted_account"
)

// quoteRest is how long a peer's stamp is believed; one that is older is looked at again when somebody opens the post.
const quoteRest = 7 * 24 * time.Hour

// maxQuoteDepth is how many quotes within quotes are fetched (activitypub-mastodon.md, 15).
const maxQuoteDepth = 2

// quote returns what the reader sees of a post's quote; nil: nothing. A quote within a quote is only named, so quotes that
// go in circles end here (T190).
func (s *sight) quote(p *skein.Post, within bool) *Quoted {
	q := p.Extra.Quote
	if q == nil || q.Legacy && q.State != skein.QuoteAccepted {
		return nil
	}
	out := &Quoted{State: q.State}
	if q.State != skein.QuoteAccepted {
		return out
	}
	if p.QuoteOf == 0 {
		out.State = skein.QuotePending // not fetched yet
		return out
	}
	o := s.posts[p.QuoteOf]
	if o == nil {
		if within { // it was not asked for
			out.ID = p.QuoteOf
		} else {
			out.State = skein.QuoteDeleted
		}
		return out
	}
	f, muted := s.facts(o)
	if skein.May(skein.Read, o, f) != nil {
		out.State = QuoteUnauthorized
		return out
	}
	switch {
	case s.Stands[o.Author].Blocks:
		out.State = QuoteBlockedAccount
	case f.Blocks:
		out.State = QuoteBlockedDomain
	case muted:
		out.State = QuoteMutedAccount
	}
	out.ID = o.ID
	if !within {
		out.Post = s.viewAt(o, true)
	}
	return out
}

// quoteAnyway shows what a post quotes whatever became of the quote, if the reader may see that: to who takes a post away and
// may write it anew (mastodon-api.md 4.4).
func (s *sight) quoteAnyway(v *View) {
	if v.Quote == nil || v.Quote.Post != nil {
		return
	}
	if o := s.posts[v.Post.QuoteOf]; o != nil && s.may(skein.Read, o) == nil {
		v.Quote.ID, v.Quote.Post = o.ID, s.viewAt(o, true)
	}
}

var errQuoteMention = skein.Errorf(skein.Invalid,

	"Validation failed: Quoted user must be mentioned to quote them in a Private Mention")

// quotes makes a new post of the viewer quote another. Mentions are known already.
func (s *Service) quotes(tx *store.Tx, who skein.Viewer, p *skein.Post, id skein.ID) error {
	seen, err := s.truth(tx, who).look([]skein.ID{id})
	if err != nil {
		return err
	}
	o := seen.posts[id]
	if o == nil {
		return skein.ErrNotFound
	}
	if err := seen.may(skein.Read, o); err != nil {
		return err
	}
	if o.BoostOf != 0 {
		o = seen.posts[o.BoostOf]
	}
	if err := seen.may(skein.Quoting, o); err != nil {
		return err
	}
	if o.Visibility == skein.Followers {
		p.Visibility = max(p.Visibility, skein.Followers) // T162
	}
	if p.Visibility == skein.Direct && o.Author != who.Account && !mentions(p, o.Author) {
		return errQuoteMention
	}
	p.QuoteOf = o.ID
	q := &skein.Quote{URI: o.URI, Page: o.URL, State: skein.QuotePending}
	p.Extra.Quote = q
	p.HTML = quoteLine(o) + p.HTML
	f, _ := seen.facts(o)
	switch consent := skein.Consents(skein.Quoting, o, f); {
	case o.Author == who.Account:
		q.State = skein.QuoteAccepted // nobody needs leave of themselves
	case !o.Local:
		return tx.Emit(skein.QuoteAsked{Site: tx.Site(), Post: p.ID})
	default:
		state := skein.ApprovalPending
		if consent == skein.Yes {
			state = skein.ApprovalAccepted
		}
		a, _, err := tx.InsertApproval(&skein.Approval{Account: o.Author, Kind: skein.ApproveQuote, Asker: who.Account,
			Object: p.URI, Post: o.ID, By: p.ID, State: state})
		if err != nil {
			return err
		}
		if state == skein.ApprovalAccepted {
			q.State, q.Stamp = skein.QuoteAccepted, stampOf(seen.accounts[o.Author], a)
		}
	}
	return nil
}

// quoteLine stands before the text for those who know no quotes (activitypub-mastodon.md, 15).
func quoteLine(o *skein.Post) string {
	page := o.URL
	if page == "" {
		page = o.URI
	}
	return text.Sanitize(`<p class="quote-inline">RE: <a href="` + escapeAttr(page) + `">` + escapeAttr(page) + `</a></p>`)
}

func escapeAttr(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// keepQuoteLine puts the line of a quote, which is not the author's text, before what the text was rendered to.
func keepQuoteLine(old *skein.Post, html string) string {
	if old.Extra.Quote == nil || !strings.HasPrefix(old.HTML, `<p class="quote-inline">`) {
		return html
	}
	line, _, _ := strings.Cut(old.HTML, "</p>")
	return line + "</p>" + html
}

// IncomingQuote is what a peer's post says that it quotes.
type IncomingQuote struct {
	URI     string
	Stamp   string
	Legacy  bool // said only in one of the older ways
	Deleted bool // a Tombstone stands there
}

// takeQuote puts a peer's word of a quote into its post. unproven: something must be fetched before it can be judged.
func (s *Service) takeQuote(tx *store.Tx, p *skein.Post, by *skein.Account, in *IncomingQuote) (unproven bool, err error) {
	p.QuoteOf, p.Extra.Quote = 0, nil
	if in == nil || in.URI == p.URI {
		return false, nil
	}
	q := &skein.Quote{URI: in.URI, Stamp: in.Stamp, Legacy: in.Legacy, State: skein.QuotePending}
	p.Extra.Quote = q
	if in.Deleted {
		q.State = skein.QuoteDeleted
		return false, nil
	}
	o, err := tx.PostByURI(in.URI)
	if errors.Is(err, skein.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return s.judgeQuote(tx, p, by, o, QuoteUnseen)
}

// QuoteProof is what became of a look at a peer's stamp.
type QuoteProof int

// The outcomes.
const (
	QuoteUnseen QuoteProof = iota // nobody looked
	QuoteProven
	QuoteDisproven
)

// judgeQuote decides whether a peer's quote is shown: what quotes itself is, what quotes one of ours when they gave leave,
// what quotes another peer's when its stamp proves that. Older servers know no stamps: theirs are shown where the policy
// gives leave to all. unproven: the stamp must be looked at.
func (s *Service) judgeQuote(tx *store.Tx, p *skein.Post, by *skein.Account, o *skein.Post, proof QuoteProof) (unproven bool, err error) {
	q := p.Extra.Quote
	if o.BoostOf != 0 { // what somebody boosts is not theirs to be quoted
		q.State = skein.QuoteRejected
		return false, nil
	}
	p.QuoteOf = o.ID
	switch {
	case o.Author == by.ID:
		q.State = skein.QuoteAccepted
	case o.Local:
		return false, s.judgeQuoteOfOurs(tx, p, by, o)
	case q.Stamp != "":
		author, err := tx.Account(o.Author)
		if err != nil {
			return false, err
		}
		if !sameHost(q.Stamp, author.URI) {
			q.State = skein.QuoteRejected
			return false, nil
		}
		gone, err := tx.Buried(q.Stamp, author.URI)
		if err != nil {
			return false, err
		}
		switch {
		case gone || q.State == skein.QuoteRevoked:
			q.State = skein.QuoteRevoked
		case proof == QuoteProven:
			q.State = skein.QuoteAccepted
		case proof == QuoteDisproven && q.State == skein.QuoteAccepted:
			q.State = skein.QuoteRevoked
		case proof == QuoteDisproven:
			q.State = skein.QuoteRejected
		default:
			return true, nil
		}
	case q.Legacy:
		q.State = skein.QuotePending
		f := skein.Facts{Viewer: by.ID, ViewerURI: by.URI, Mentioned: mentions(o, by.ID)}
		if skein.Consents(skein.Quoting, o, f) == skein.Yes {
			q.State = skein.QuoteAccepted
		}
	default:
		q.State = skein.QuotePending
	}
	return false, nil
}

// judgeQuoteOfOurs looks at what our author said. Who cannot ask, as older servers cannot, is answered by the policy.
func (s *Service) judgeQuoteOfOurs(tx *store.Tx, p *skein.Post, by *skein.Account, o *skein.Post) error {
	q := p.Extra.Quote
	a, err := tx.ApprovalOf(o.ID, skein.ApproveQuote, p.URI)
	if err != nil {
		return err
	}
	if a == nil && q.Legacy {
		if a, err = s.askedForQuote(tx, by, o, p.URI, "", p.ID); err != nil {
			return err
		}
	}
	q.State, q.Stamp = skein.QuotePending, ""
	if a == nil || a.Asker != by.ID {
		return nil
	}
	author, err := tx.Account(o.Author)
	if err != nil {
		return err
	}
	applyApproval(q, author, a)
	return nil
}

// applyApproval makes a quote what the author of the quoted post said.
func applyApproval(q *skein.Quote, author *skein.Account, a *skein.Approval) {
	q.Stamp = ""
	switch a.State {
	case skein.ApprovalAccepted:
		q.State, q.Stamp = skein.QuoteAccepted, stampOf(author, a)
	case skein.ApprovalRejected:
		q.State = skein.QuoteRejected
	case skein.ApprovalRevoked:
		q.State = skein.QuoteRevoked
	default:
		q.State = skein.QuotePending
	}
}

// settleQuote makes a quoting post what the author of the quoted one said, and tells of it.
func (s *Service) settleQuote(tx *store.Tx, a *skein.Approval, id skein.ID) error {
	author, err := tx.Account(a.Account)
	if err != nil {
		return err
	}
	return changeQuote(tx, id, func(p *skein.Post) bool {
		q := p.Extra.Quote
		if q == nil || p.Author != a.Asker || p.URI != a.Object || p.QuoteOf != 0 && p.QuoteOf != a.Post {
			return false
		}
		p.QuoteOf = a.Post
		applyApproval(q, author, a)
		return true
	})
}

// changeQuote changes a post's quote and tells readers, and for posts of ours peers, when something is new.
func changeQuote(tx *store.Tx, id skein.ID, fn func(p *skein.Post) bool) error {
	var before skein.Quote
	changed := false
	p, err := tx.ChangeQuote(id, func(p *skein.Post) bool {
		if p.Extra.Quote != nil {
			before = *p.Extra.Quote
		}
		changed = fn(p)
		return changed
	})
	if errors.Is(err, skein.ErrNotFound) || err == nil && !changed {
		return nil
	}
	if err != nil {
		return err
	}
	if now := p.Extra.Quote; now != nil && now.State == before.State && now.Stamp == before.Stamp && now.URI == before.URI {
		return nil
	}
	return tx.Emit(skein.PostEdited{Site: tx.Site(), Post: id})
}

// ResolveQuote takes in what was found out about a peer's quote: the quoted post, 0 when it is not to be had, and what
// became of the stamp. It counts only while the post still says so.
func (s *Service) ResolveQuote(ctx context.Context, site, post skein.ID, uri, stamp string, quoted skein.ID, proof QuoteProof) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		var o *skein.Post
		if quoted != 0 {
			var err error
			if o, err = tx.Post(quoted); err != nil && !errors.Is(err, skein.ErrNotFound) {
				return err
			}
		}
		p, err := tx.Post(post)
		if errors.Is(err, skein.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		by, err := tx.Account(p.Author)
		if err != nil {
			return err
		}
		var failed error
		err = changeQuote(tx, post, func(p *skein.Post) bool {
			q := p.Extra.Quote
			if q == nil || q.URI != uri || q.Stamp != stamp || p.Local {
				return false
			}
			q.SeenAt = tx.Now()
			if o != nil {
				_, failed = s.judgeQuote(tx, p, by, o, proof)
			}
			return true
		})
		return errors.Join(err, failed)
	})
}

// ReceiveQuoteAnswer is the author of a quoted post giving or refusing leave to a post of ours. Only their word counts
// (T52), and a stamp stands on their host (T190). A no is final, so that nobody makes us tell all followers of a post again
// and again that it is another.
func (s *Service) ReceiveQuoteAnswer(ctx context.Context, site, from, post skein.ID, accepted bool, stamp string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := peer(tx, from, stamp)
		if err != nil {
			return err
		}
		p, err := tx.Post(post)
		if err != nil {
			return err
		}
		if !p.Local || p.QuoteOf == 0 || p.Extra.Quote == nil {
			return skein.ErrNotFound
		}
		o, err := tx.Post(p.QuoteOf)
		if err != nil {
			return err
		}
		if o.Author != by.ID {
			return errOwner
		}
		if accepted {
			if stamp == "" {
				return errHost
			}
			if gone, err := tx.Buried(stamp, by.URI); err != nil || gone {
				return err
			}
		}
		return changeQuote(tx, post, func(p *skein.Post) bool {
			q := p.Extra.Quote
			switch {
			case q == nil || q.URI != o.URI:
				return false
			case accepted && q.State == skein.QuotePending:
				q.State, q.Stamp, q.SeenAt = skein.QuoteAccepted, stamp, tx.Now()
			case !accepted && q.State == skein.QuotePending:
				q.State = skein.QuoteRejected
			case !accepted && q.State == skein.QuoteAccepted:
				q.State, q.Stamp = skein.QuoteRevoked, ""
			default:
				return false
			}
			return true
		})
	})
}

// maxStamped bounds the posts that one stamp, which is for one post, may hide.
const maxStamped = 100

// ReceiveStampRevoked is a peer taking a stamp back: what it let be quoted is hidden at once, and a quote that comes with it
// later is not shown either (T184, T190).
func (s *Service) ReceiveStampRevoked(ctx context.Context, site, from skein.ID, stamp string) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		by, err := tx.Account(from)
		if err != nil {
			return err
		}
		// Whom its own server suspended may still end what was (reference, section 9).
		if by.Local || by.Gone() && (!by.DeletedAt.IsZero() || !by.Extra.SuspendedThere) {
			return errDenied
		}
		if stamp == "" || !sameHost(stamp, by.URI) {
			return errHost
		}
		if err := tx.BuryUnknown(stamp, by.URI); err != nil {
			return err
		}
		ids, err := tx.StampedPosts(stamp, maxStamped)
		if err != nil {
			return err
		}
		for _, id := range ids {
			p, err := tx.Post(id)
			if errors.Is(err, skein.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if p.Extra.Approval == stamp && (p.ReplyTo != 0 || p.BoostOf != 0) {
				if err := s.leaveEnded(tx, p, by.ID); err != nil {
					return err
				}
			}
			if p.QuoteOf == 0 {
				continue
			}
			o, err := tx.Post(p.QuoteOf)
			if errors.Is(err, skein.ErrNotFound) || err == nil && o.Author != by.ID {
				continue // nobody takes back what others gave
			}
			if err != nil {
				return err
			}
			if err := changeQuote(tx, id, func(p *skein.Post) bool {
				if p.Extra.Quote == nil || p.Extra.Quote.Stamp != stamp {
					return false
				}
				p.Extra.Quote.State = skein.QuoteRevoked
				return true
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Quotes returns the posts that quote a post, as far as they are shown to the viewer; its author sees also those of people
// whom they muted or blocked.
func (s *Service) Quotes(ctx context.Context, who skein.Viewer, id skein.ID, p Page) (list []*View, err error) {
	err = s.read(ctx, who, func(r *reader) error {
		v, err := r.one(id)
		if err != nil {
			return err
		}
		if v.Original != nil {
			v = v.Original
		}
		own := v.Post.Author == who.Account
		list, err = r.page(p, sieve{shown: !own, loud: !own}, func(q store.Page) ([]skein.ID, error) { return r.tx.Quotes(v.Post.ID, q) })
		return err
	})
	return list, err
}

// lookAgain asks for a quote to be looked at again that was not for long, or whose post could not be had.
func (s *Service) lookAgain(ctx context.Context, v *View) {
	if v.Original != nil {
		v = v.Original
	}
	p := v.Post
	q := p.Extra.Quote
	if q == nil || p.Local || q.Stamp == "" && p.QuoteOf != 0 {
		return
	}
	seen := q.SeenAt
	if seen.IsZero() {
		seen = p.ID.Time()
	}
	if q.State != skein.QuoteAccepted && q.State != skein.QuotePending || s.DB.Now().Sub(seen) < quoteRest {
		return
	}
	err := s.DB.Update(ctx, p.Site, func(tx *store.Tx) error {
		return tx.Emit(skein.QuoteUnproven{Site: p.Site, Post: p.ID, URI: q.URI, Stamp: q.Stamp})
	})
	if err != nil && s.Log != nil {
		s.Log.Warn("look at a quote not noted", "post", p.ID.String(), "err", err)
	}
}
