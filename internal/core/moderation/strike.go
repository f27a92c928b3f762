package moderation

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

var zero time.Time

// Sentence is what somebody decides about an account.
type Sentence struct {
	Account skein.ID
	Measure skein.Measure
	Report  skein.ID // that led to it; 0: none
	Text    string   // for the person
	Tell    bool     // the person, by mail and by a notification
}

// Judge carries out a decision: at once for all that is here, and by jobs for what others must hear of. It settles the
// report that led to it; a measure settles all open reports about the account.
func (s *Service) Judge(ctx context.Context, who skein.Viewer, v Sentence) error {
	if !slices.Contains(skein.Measures, v.Measure) {
		return invalid("type", "inclusion", "Type is not included in the list")
	}
	v.Text = strings.TrimSpace(text.Clean(v.Text, 8*skein.MaxStrikeText))
	if utf8.RuneCountInString(v.Text) > skein.MaxStrikeText {
		return invalid("text", "too_long", "Text is too long (maximum is 5000 characters)")
	}
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, who, v.Account, skein.ManageUsers, string(v.Measure), func(tx *store.Tx, by staff, p *Person) error {
		a := p.Account
		if !a.DeletedAt.IsZero() {
			return skein.ErrNotFound
		}
		strike := &skein.Strike{Account: a.ID, By: by.id, Measure: v.Measure, Text: v.Text}
		if v.Report != 0 {
			r, err := tx.Report(v.Report)
			if err != nil {
				return err
			}
			if r.Target != a.ID {
				return skein.ErrNotFound
			}
			strike.Report, strike.Posts = r.ID, r.Posts
		}
		if err := s.enforce(tx, v.Measure, p); err != nil {
			return err
		}
		if err := s.settle(tx, by, v, a); err != nil {
			return err
		}
		if err := tx.InsertStrike(strike); err != nil {
			return err
		}
		if !v.Tell || p.User == nil {
			return nil
		}
		return s.tell(tx, site, strike, p)
	})
	return err
}

func (s *Service) enforce(tx *store.Tx, m skein.Measure, p *Person) error {
	a := p.Account
	site, err := tx.SiteRow()
	if err != nil {
		return err
	}
	if a.ID == site.Owner && (m == skein.Disable || m == skein.Suspend) {
		return skein.Errorf(skein.Conflict, "This account owns the site. Give the site to somebody else first.")
	}
	switch m {
	case skein.Disable:
		if p.User == nil {
			return invalid("type", "inclusion", "Type is only for accounts of this site")
		}
		if p.User.DisabledAt.IsZero() {
			if err := tx.DisablePerson(a.ID, tx.Now()); err != nil {
				return err
			}
		}
		return s.SignOut(tx, a.ID)
	case skein.Sensitize:
		if a.SensitizedAt.IsZero() {
			return tx.SensitizeAccount(a.ID, tx.Now())
		}
	case skein.Limit:
		return tx.LimitAccount(a.ID)
	case skein.Suspend:
		return s.suspend(tx, p)
	}
	return nil
}

// suspend hides an account from everybody. Who is ours is signed out (T140). Follows end in the background.
func (s *Service) suspend(tx *store.Tx, p *Person) error {
	a := p.Account
	if err := tx.SuspendAccount(a.ID); err != nil {
		return err
	}
	if a.Extra.SuspendedThere { // from now on it is our decision too
		if _, err := tx.ChangeAccount(a.ID, func(a *skein.Account) bool { a.Extra.SuspendedThere = false; return true }); err != nil {
			return err
		}
	}
	if a.Local {
		if err := blockMailbox(tx, p); err != nil {
			return err
		}
		if err := s.SignOut(tx, a.ID); err != nil {
			return err
		}
		if err := tx.Emit(skein.AccountJudged{Site: tx.Site(), Account: a.ID}); err != nil {
			return err
		}
	}
	return tx.Emit(skein.AccountSuspended{Site: tx.Site(), Account: a.ID})
}

// settle closes what a decision answers: a warning its report, anything else all open ones about the account.
func (s *Service) settle(tx *store.Tx, by staff, v Sentence, a *skein.Account) error {
	if v.Measure != skein.Warn {
		return tx.ResolveReportsAbout(a.ID, by.id)
	}
	if v.Report == 0 {
		return nil
	}
	_, err := tx.ResolveReport(v.Report, by.id, true)
	return err
}

// measureWords is what a person reads of a measure: the subject of the letter, and what it means.
var measureWords = map[skein.Measure][2]string{
	skein.Warn:      {"A warning about your account", "Those who run the site have sent you a warning. Nothing about your account has changed."},
	skein.Disable:   {"Your account was locked", "You cannot sign in to your account any more. Its profile and its posts stay as they are."},
	skein.Sensitize: {"Your posts are shown as sensitive", "From now on all pictures and clips that you post are shown behind a warning."},
	skein.Limit:     {"Your account was limited", "You can use your account as before, but only people who follow you see what you post."},
	skein.Suspend:   {"Your account was suspended", "You cannot use your account any more, and your profile and your posts are shown to nobody."},
}

// tell lets a person know what was decided: by mail, and where they can still sign in, by a notification.
func (s *Service) tell(tx *store.Tx, site *skein.Site, strike *skein.Strike, p *Person) error {
	if p.User.ConfirmedAt.IsZero() {
		return nil
	}
	words := measureWords[strike.Measure]
	lines := []string{
		"This is about your account @" + p.Account.Username + " on " + site.Domain + ".",
		words[1],
	}
	if strike.Text != "" {
		lines = append(lines, "What they say:", strike.Text)
	}
	posts, err := tx.Posts(strike.Posts[:min(len(strike.Posts), 20)])
	if err != nil {
		return err
	}
	if len(posts) > 0 {
		lines = append(lines, "It is about:")
		for _, post := range posts {
			lines = append(lines, post.URL)
		}
	}
	contact := site.URL("/about")
	if site.Contact != "" {
		contact = site.Contact
	}
	lines = append(lines, "If you think that this is a mistake, write to those who run the site: "+contact)
	if err := tx.Emit(skein.MailDue{
		Site: tx.Site(), To: p.User.Email, Account: p.Account.ID, Subject: words[0] + " on " + site.Domain,
		Text: strings.Join(lines, "\n\n") + "\n",
	}); err != nil {
		return err
	}
	if strike.Measure == skein.Suspend || strike.Measure == skein.Disable {
		return nil
	}
	return s.Social.Notify(tx, []skein.Notification{{Account: p.Account.ID, Kind: skein.NotifyWarning, Actor: p.Account.ID, About: strike.ID}})
}

// followBatch is how many follows end in one transaction.
const followBatch = 200

// batchesOfJob is how many batches a job does before it leaves the rest to another, so that none outlives its lease.
const batchesOfJob = 100

// EndFollows ends the follows from and to a suspended account, as an effect of AccountSuspended; the servers at the other
// ends are told. What people here lose by a peer's account is noted for them (T182).
func (s *Service) EndFollows(ctx context.Context, e skein.AccountSuspended) error {
	for more, n := true, 0; more; n++ {
		if n == batchesOfJob {
			return s.DB.Update(ctx, e.Site, func(tx *store.Tx) error { return tx.Emit(e) })
		}
		err := s.DB.Update(ctx, e.Site, func(tx *store.Tx) error {
			more = false
			a, err := tx.Account(e.Account)
			if skein.KindOf(err) == skein.NotFound {
				return nil
			}
			if err != nil || !a.Gone() { // taken back meanwhile
				return err
			}
			follows, err := tx.FollowsOf(a.ID, "", followBatch)
			if err != nil {
				return err
			}
			more = len(follows) == followBatch
			return s.endFollows(tx, a, follows)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) endFollows(tx *store.Tx, a *skein.Account, follows []*skein.Follow) error {
	var ids []skein.ID
	for _, f := range follows {
		ids = append(ids, f.Account, f.Target)
	}
	people, err := tx.Accounts(ids)
	if err != nil {
		return err
	}
	local := make(map[skein.ID]bool, len(people))
	for _, p := range people {
		local[p.ID] = p.Local
	}
	var ended []*skein.Follow
	for _, f := range follows {
		was, err := tx.DeleteFollow(f.Account, f.Target)
		if err != nil {
			return err
		}
		if was == nil {
			continue
		}
		if was.Accepted {
			ended = append(ended, was)
			if local[f.Account] {
				if err := tx.RemoveFromHome(f.Account, f.Target); err != nil {
					return err
				}
			}
		}
		switch {
		case local[f.Account] && !local[f.Target]:
			err = tx.Emit(skein.FollowEnded{Site: tx.Site(), Account: f.Account, Target: f.Target, Follow: was.ID, URI: was.URI})
		case !local[f.Account] && local[f.Target]:
			err = tx.Emit(skein.FollowAnswered{Site: tx.Site(), Account: f.Account, Target: f.Target, Follow: was.ID, URI: was.URI})
		}
		if err != nil {
			return err
		}
	}
	if a.Local {
		return nil
	}
	decision, err := tx.Sever("account_suspension", a.Acct(), a.ID, ended)
	if err != nil || decision == 0 {
		return err
	}
	var list []skein.Notification
	for _, f := range ended {
		ours := f.Account
		if ours == a.ID {
			ours = f.Target
		}
		list = append(list, skein.Notification{Account: ours, Kind: skein.NotifySevered, Actor: ours, About: decision})
	}
	return s.Social.Notify(tx, list)
}

// Strikes returns what an account was told, newest first, for those who look after the site.
func (s *Service) Strikes(ctx context.Context, who skein.Viewer, account skein.ID, limit int) (list []*skein.Strike, err error) {
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := as(tx, who, skein.ManageUsers); err != nil {
			return err
		}
		list, err = tx.Strikes(account, store.Page{Limit: limit})
		return err
	})
	return list, err
}
