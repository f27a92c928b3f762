// Package moderation takes what people and peers tell about accounts, keeps it for those who decide, and carries out what
// they decide. Who may decide what is a matter of roles (skein.Rights), and each decision is written down.
package moderation

import (
	"context"
	"crypto/rand"
	"slices"
	"time"
	"unicode/utf8"

	"skein/internal/core/social"
	"skein/internal/kit/cache"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Service keeps the reports of all sites of the process, and what they block. Fill the fields, then call Start.
type Service struct {
	DB     *store.DB
	Social *social.Service

	// Site returns a hosted site, from a cache.
	Site func(ctx context.Context, id skein.ID) (*skein.Site, error)

	Version string // of Skein, as in 0.1.0

	// What is identity's to do, within a transaction; server fills it in. SignOut ends all that an account is signed in
	// with, Admit lets somebody in who waits for it, Dismiss turns them away.
	SignOut, Admit, Dismiss func(tx *store.Tx, account skein.ID) error

	networks *cache.Cache[skein.ID, *skein.IPRules]
}

// networksAge is how long blocks of addresses are remembered: other processes on the same database may change them.
const networksAge = 10 * time.Second

// Start makes the caches.
func (s *Service) Start() {
	s.networks = cache.New(cache.Options[skein.ID, *skein.IPRules]{Size: 10_000, Age: networksAge})
	s.DB.OnChange(func(c store.Change) {
		if c.Post == 0 && c.Account == 0 && c.Card == 0 {
			s.networks.Drop(c.Site)
		}
	})
}

// maxModerators is how many are told of a report.
const maxModerators = 100

// Complaint is a report as somebody of ours wants to make it.
type Complaint struct {
	Account     skein.ID // about whom
	Posts       []skein.ID
	Collections []skein.ID
	Comment     string
	Category    skein.ReportCategory // empty: violation when rules are named, else other
	Rules       []int                // counted from 1
	// Forward: peers are to hear of it too, without the reporter's name. To names which: the account's own, or those of
	// people whom the posts answer. Empty: the account's own.
	Forward bool
	To      []string
}

// known tells whether a category is one.
func known(c skein.ReportCategory) bool {
	return slices.Contains([]skein.ReportCategory{skein.ReportSpam, skein.ReportLegal, skein.ReportViolation, skein.ReportOther}, c)
}

func invalid(field, code, text string) error {
	return &skein.Error{Kind: skein.Invalid, Text: "Validation failed: " + text, Fields: []skein.FieldError{{Field: field, Code: code, Text: text}}}
}

// Report takes a report of one of ours.
func (s *Service) Report(ctx context.Context, who skein.Viewer, c Complaint) (*skein.Report, *skein.Account, error) {
	if who.Visitor() {
		return nil, nil, skein.Errorf(skein.Unauthorized, "This method requires an authenticated user")
	}
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, nil, err
	}
	target, err := s.Social.Account(ctx, who, c.Account)
	if err != nil {
		return nil, nil, err
	}
	r := &skein.Report{Account: who.Account, Target: target.ID, Comment: text.Clean(c.Comment, 8*skein.MaxReportComment), Category: c.Category}
	switch {
	case target.Gone():
		return nil, nil, skein.ErrNotFound
	case utf8.RuneCountInString(c.Comment) > skein.MaxReportComment:
		return nil, nil, invalid("comment", "too_long", "Comment is too long (maximum is 1000 characters)")
	case len(c.Posts) > skein.MaxReportPosts:
		return nil, nil, invalid("status_ids", "too_long", "Statuses are too many (maximum is 100)")
	}
	if r.Category == "" {
		r.Category = skein.ReportOther
		if len(c.Rules) > 0 {
			r.Category = skein.ReportViolation
		}
	}
	if !known(r.Category) {
		return nil, nil, invalid("category", "inclusion", "Category is not included in the list")
	}
	if r.Category == skein.ReportViolation {
		for _, n := range c.Rules {
			if n < 1 || n > len(site.Rules) {
				return nil, nil, invalid("rule_ids", "invalid", "Rule ids do not name rules of this site")
			}
		}
		r.Rules = c.Rules
	}
	// Only what the reporter may read, and only of the account that is reported.
	views, err := s.Social.Posts(ctx, who, c.Posts)
	if err != nil {
		return nil, nil, err
	}
	var answered []skein.ID
	for _, v := range views {
		if v.Post.Author == target.ID {
			r.Posts = append(r.Posts, v.Post.ID)
			if v.Post.ReplyToAuthor != 0 {
				answered = append(answered, v.Post.ReplyToAuthor)
			}
		}
	}
	var to []skein.ID
	if c.Forward {
		if to, err = s.forwardTo(ctx, who, target, answered, c.To); err != nil {
			return nil, nil, err
		}
		r.Forwarded = len(to) > 0
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		lists, err := tx.CollectionsByID(c.Collections)
		if err != nil {
			return err
		}
		r.Collections = nil
		for _, l := range lists {
			if l.Account == target.ID && l.Discoverable {
				r.Collections = append(r.Collections, l.ID)
			}
		}
		if _, err := s.insert(tx, r); err != nil {
			return err
		}
		if !r.Forwarded {
			return nil
		}
		return tx.Emit(skein.ReportForwarded{Site: who.Site, Report: r.ID, To: to, Name: newName()})
	})
	if err != nil {
		return nil, nil, err
	}
	return r, target, nil
}

// forwardTo returns the remote accounts whose servers are to hear of a report.
func (s *Service) forwardTo(ctx context.Context, who skein.Viewer, target *skein.Account, answered []skein.ID, domains []string) (to []skein.ID, err error) {
	if len(domains) == 0 {
		domains = []string{target.Domain}
	}
	others, err := s.Social.Accounts(ctx, who, answered)
	if err != nil {
		return nil, err
	}
	done := map[string]bool{"": true} // local ones need not hear of it
	for _, a := range append([]*skein.Account{target}, others...) {
		if !done[a.Domain] && slices.Contains(domains, a.Domain) {
			done[a.Domain] = true
			to = append(to, a.ID)
		}
	}
	return to, nil
}

// insert stores a report and tells the moderators of it.
func (s *Service) insert(tx *store.Tx, r *skein.Report) (isNew bool, err error) {
	if isNew, err = tx.InsertReport(r); err != nil || !isNew {
		return isNew, err
	}
	people, err := tx.Staff(skein.ManageReports, maxModerators)
	if err != nil {
		return false, err
	}
	var list []skein.Notification
	for _, id := range people {
		if id != r.Target {
			list = append(list, skein.Notification{Account: id, Kind: skein.NotifyReport, Actor: r.Account, About: r.ID})
		}
	}
	return true, s.Social.Notify(tx, list)
}

// Flag is a peer's report: what it names, as far as it is ours.
type Flag struct {
	URI     string
	Comment string
	Objects []string
}

// How much one sender may report: the rest is dropped, without a word (T179).
const (
	maxTargets    = 10
	maxOpenByPeer = 10 // about one account, in a day
	peerDay       = 24 * time.Hour
)

// ReceiveFlag takes a peer's report of accounts of ours, each with the posts that are named with it. Whether anything of what
// it names is there, the sender does not learn (T179); posts that nobody of its server could have read are left out.
func (s *Service) ReceiveFlag(ctx context.Context, site, sender skein.ID, f Flag) error {
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		from, err := tx.Account(sender)
		if err != nil || from.Local || from.Gone() {
			return err
		}
		targets, err := tx.AccountsByURI(f.Objects)
		if err != nil {
			return err
		}
		posts, err := tx.PostsByURI(f.Objects[:min(len(f.Objects), skein.MaxReportPosts)])
		if err != nil {
			return err
		}
		n := 0
		for _, target := range targets {
			if !target.Local || target.Gone() || target.Pending || target.Kind == skein.Application || n == maxTargets {
				continue
			}
			n++
			if err := s.flag(tx, from, target, posts, f); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) flag(tx *store.Tx, from, target *skein.Account, posts []*skein.Post, f Flag) error {
	open, err := tx.OpenReportsBy(from.ID, target.ID, tx.Now().Add(-peerDay), maxOpenByPeer)
	if err != nil || len(open) >= maxOpenByPeer {
		return err
	}
	r := &skein.Report{Account: from.ID, Target: target.ID, Category: skein.ReportOther, URI: f.URI,
		Comment: cut(text.Clean(f.Comment, 4*skein.MaxFlagComment), skein.MaxFlagComment)}
	followed, err := tx.FollowedFrom(target.ID, from.Domain)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.Author == target.ID && p.BoostOf == 0 && reaches(p, from.Domain, followed) {
			r.Posts = append(r.Posts, p.ID)
		}
	}
	for _, o := range open { // the same again says nothing new
		if o.Comment == r.Comment && slices.Equal(o.Posts, r.Posts) {
			return nil
		}
	}
	_, err = s.insert(tx, r)
	return err
}

// reaches tells whether somebody of a peer may have read a post. Who reports is not said: it is anybody of the server.
func reaches(p *skein.Post, domain string, followed bool) bool {
	return p.Visibility <= skein.Unlisted || p.Visibility == skein.Followers && followed ||
		slices.ContainsFunc(p.Mentions, func(m skein.Mention) bool { return m.Domain == domain })
}

func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// newName is the name of a Flag: it tells nothing of who reported what, and when (T178).
func newName() string { return rand.Text() }
