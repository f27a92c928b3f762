package social

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/fetch"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Profile is what a person changes of their own account and of their settings. nil leaves as it is.
type Profile struct {
	DisplayName  *string
	Bio          *string        // plain text
	Fields       *[]skein.Field // Name and Text; all of them
	Locked       *bool
	Bot          *bool
	Discoverable *bool
	Indexable    *bool
	HideNetwork  *bool

	Avatar, Header         *skein.Portrait // an empty one: none any more
	AvatarText, HeaderText *string         // what is to be seen on them
	Attribution            *[]string       // domains that may name the account as author; all of them
	ShowMedia              *bool           // tabs of the profile
	ShowMediaReplies       *bool
	ShowFeatured           *bool

	Visibility *skein.Visibility // of new posts
	Sensitive  *bool
	Language   *string
	Reads      *[]string // languages of feeds; none: all
	Quotes     *string   // who may quote new posts: public, followers or nobody
	Policies   *map[string]*skein.Policy
	PhotoApp   *skein.PhotoApp
	TimeZone   *string // IANA name; empty: UTC

	ExpandMedia    *string // how posts are shown: default, show_all, hide_all
	ExpandWarnings *bool
	AutoplayGIFs   *bool
}

// noLimit is more than any text holds: text.Clean is to cut nothing.
const noLimit = 1 << 20

// cleanText drops from a text of several lines what nobody sees and what disturbs its neighbours (T126).
func cleanText(s string) string { return text.Clean(s, noLimit) }

// invalidField is an error about one input of a form.
func invalidField(field, code, format string, args ...any) error {
	t := fmt.Sprintf(format, args...)
	return &skein.Error{Kind: skein.Invalid, Text: t, Format: format, Args: args, Fields: []skein.FieldError{{Field: field, Code: code, Text: t}}}
}

// UpdateProfile changes the viewer's own account and settings.
func (s *Service) UpdateProfile(ctx context.Context, who skein.Viewer, p Profile) (a *skein.Account, u *skein.User, err error) {
	site, err := s.Site(ctx, who.Site)
	if err != nil {
		return nil, nil, err
	}
	if err := p.check(); err != nil {
		return nil, nil, err
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if _, err := me(tx, who); err != nil {
			return err
		}
		old, err := tx.LockAccount(who.Account)
		if err != nil {
			return err
		}
		if err := mayAct(old); err != nil {
			return err
		}
		person, err := tx.Person(old.ID)
		if err != nil {
			return err
		}
		prefs := person.Prefs
		p.setPrefs(&prefs)
		if !reflect.DeepEqual(prefs, person.Prefs) {
			if err := tx.SetPrefs(old.ID, prefs); err != nil {
				return err
			}
			person.Prefs = prefs
		}
		changed := *old
		a, u = &changed, &person.User
		p.set(a)
		if err := p.setPictures(tx, site, a); err != nil {
			return err
		}
		if err := render(tx, site, a); err != nil {
			return err
		}
		if reflect.DeepEqual(a, old) {
			return nil
		}
		if !slices.Equal(a.Fields, old.Fields) || a.URL != old.URL { // else they are looked at in turn (CheckLinks)
			if err := wantLinks(tx, a); err != nil {
				return err
			}
		}
		if err := tx.UpdateAccount(a); err != nil {
			return err
		}
		if err := indexableChanged(tx, a, old); err != nil {
			return err
		}
		return tx.Emit(skein.ProfileChanged{Site: tx.Site(), Account: a.ID})
	})
	if err != nil {
		return nil, nil, err
	}
	return a, u, nil
}

// check brings the texts into their clean form and keeps the limits.
func (p *Profile) check() error {
	if p.TimeZone != nil && *p.TimeZone != "" {
		if _, ok := text.TimeZone(*p.TimeZone); !ok {
			return invalidField("time_zone", "inclusion", "Validation failed: Time zone is not included in the list")
		}
	}
	if p.ExpandMedia != nil && !slices.Contains([]string{"default", "show_all", "hide_all"}, *p.ExpandMedia) {
		return invalidField("expand_media", "inclusion", "Validation failed: Expand media must be default, show_all or hide_all")
	}
	if p.DisplayName != nil {
		name := text.DisplayName(*p.DisplayName, noLimit)
		if text.Graphemes(name) > skein.MaxDisplayName {
			return invalidField("display_name", "too_long", "A display name holds %d characters.", skein.MaxDisplayName)
		}
		p.DisplayName = &name
	}
	if p.Bio != nil {
		bio := cleanText(*p.Bio)
		if text.Length(bio) > skein.MaxBio {
			return invalidField("note", "too_long", "A bio holds %d characters.", skein.MaxBio)
		}
		p.Bio = &bio
	}
	if p.Fields != nil {
		var fields []skein.Field
		for _, f := range *p.Fields {
			f = skein.Field{Name: text.DisplayName(f.Name, noLimit), Text: text.DisplayName(f.Text, noLimit)}
			if f.Name == "" && f.Text == "" {
				continue
			}
			if f.Name == "" {
				return invalidField("fields", "blank", "Each row of the profile needs a name.")
			}
			if text.Graphemes(f.Name) > skein.MaxFieldText || text.Graphemes(f.Text) > skein.MaxFieldText {
				return invalidField("fields", "too_long", "The rows of a profile hold %d characters each.", skein.MaxFieldText)
			}
			fields = append(fields, f)
		}
		if len(fields) > skein.MaxFields {
			return invalidField("fields", "too_long", "A profile has %d rows.", skein.MaxFields)
		}
		p.Fields = &fields
	}
	if err := p.checkPictures(); err != nil {
		return err
	}
	if p.Visibility != nil && (*p.Visibility < skein.Public || *p.Visibility > skein.Direct) {
		return invalidField("privacy", "invalid", "There is no such visibility.")
	}
	if p.Reads != nil {
		var list []string
		for _, l := range *p.Reads {
			if l == "" { // how forms say that there are none
				continue
			}
			tag, ok := text.Language(l)
			if !ok || len(list) == skein.MaxReads {
				return invalidField("chosen_languages", "invalid", "Chosen languages are not languages, or too many.")
			}
			list = append(list, tag)
		}
		p.Reads = &list
	}
	if p.Language != nil && *p.Language != "" {
		tag, ok := text.Language(*p.Language)
		if !ok {
			return invalidField("language", "invalid", "There is no such language.")
		}
		p.Language = &tag
	}
	if p.Quotes != nil {
		if _, ok := QuotePolicy(*p.Quotes); !ok {
			return invalidField("quote_policy", "invalid", "Posts may be quoted by public, followers or nobody.")
		}
	}
	return nil
}

func (p *Profile) set(a *skein.Account) {
	assign(&a.DisplayName, p.DisplayName)
	assign(&a.BioText, p.Bio)
	assign(&a.Locked, p.Locked)
	assign(&a.Discoverable, p.Discoverable)
	assign(&a.Indexable, p.Indexable)
	assign(&a.HideNetwork, p.HideNetwork)
	p.setExtra(&a.Extra)
	if p.Bot != nil && (a.Kind == skein.Person || a.Kind == skein.Bot) {
		a.Kind = skein.Person
		if *p.Bot {
			a.Kind = skein.Bot
		}
	}
	if p.Fields != nil {
		old := a.Fields
		a.Fields = *p.Fields
		for i := range a.Fields {
			for _, o := range old { // what was verified stays so while it is the same link
				if o.Name == a.Fields[i].Name && o.Text == a.Fields[i].Text {
					a.Fields[i].VerifiedAt = o.VerifiedAt
				}
			}
		}
	}
}

func (p *Profile) setPrefs(prefs *skein.Prefs) {
	assign(&prefs.Visibility, p.Visibility)
	assign(&prefs.Sensitive, p.Sensitive)
	assign(&prefs.Language, p.Language)
	assign(&prefs.Reads, p.Reads)
	assign(&prefs.Policies, p.Policies)
	if p.PhotoApp != nil {
		prefs.PhotoApp = p.PhotoApp
	}
	assign(&prefs.TimeZone, p.TimeZone)
	assign(&prefs.ExpandMedia, p.ExpandMedia)
	assign(&prefs.ExpandWarnings, p.ExpandWarnings)
	assign(&prefs.AutoplayGIFs, p.AutoplayGIFs)
	if p.Quotes != nil {
		if prefs.Quotes = *p.Quotes; prefs.Quotes == "public" {
			prefs.Quotes = ""
		}
	}
}

func assign[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// render makes the HTML of a local profile from what its owner typed: links, hashtags, mentions of accounts that the
// site knows, custom emoji of the site.
func render(tx *store.Tx, site *skein.Site, a *skein.Account) error {
	texts := []string{a.BioText}
	for _, f := range a.Fields {
		texts = append(texts, f.Text)
	}
	var handles []store.Handle
	for _, t := range texts {
		for _, e := range text.Find(t) {
			if e.Kind == text.Mention {
				handles = append(handles, ownHandle(site, e.Name, e.Domain))
			}
		}
	}
	known, err := tx.AccountsByHandle(handles)
	if err != nil {
		return err
	}
	r := text.Resolver{
		Me: true,
		Mention: func(user, domain string) (string, string, bool) {
			to := known[ownHandle(site, user, domain).Lower()]
			if to == nil || to.Gone() || to.Pending {
				return "", "", false
			}
			return to.URL, to.Username, true
		},
		Tag: func(name string) string { return site.URL("/tags/" + url.PathEscape(strings.ToLower(name))) },
	}
	a.Bio = text.Render(a.BioText, r)
	fields := make([]skein.Field, len(a.Fields))
	for i, f := range a.Fields {
		f.Value = text.RenderLine(f.Text, r)
		fields[i] = f
	}
	if len(fields) == 0 {
		fields = nil
	}
	a.Fields = fields

	codes := text.Emojis(a.DisplayName + "\n" + strings.Join(texts, "\n"))
	a.Emojis = nil
	if len(codes) == 0 {
		return nil
	}
	all, err := tx.Emojis()
	if err != nil {
		return err
	}
	byCode := make(map[string]*skein.Emoji, len(all))
	for _, e := range all {
		byCode[e.Code] = e
	}
	for _, code := range codes {
		if e := byCode[code]; e != nil {
			a.Emojis = append(a.Emojis, *e)
		}
	}
	return nil
}

func ownHandle(site *skein.Site, user, domain string) store.Handle {
	if domain == site.Domain {
		domain = ""
	}
	return store.Handle{Username: user, Domain: domain}
}

// RemoteProfile is an actor as a peer describes it. ID, moderation and counts of the Account are not looked at.
type RemoteProfile struct {
	skein.Account
	// What the peer says of its collections; 0: it does not say.
	FollowerCount, FollowingCount, PostCount int
	// Suspended: its own server has suspended it, and shows nothing of it.
	Suspended bool
}

// Limits of what is kept of a remote profile (activitypub-mastodon.md, section 21; T82). What is beyond is cut.
const (
	maxRemoteUsername = 2048 // bytes
	maxRemoteName     = 2048
	maxRemoteBio      = 20 << 10 // bytes of HTML
	maxRemoteFields   = 50
	maxRemoteField    = 2047
	maxRemoteEmojis   = 100
)

// ReceiveAccount stores an actor of a peer, or refreshes it. An actor is its URI and nothing else: whatever name it
// gives itself, it takes over nobody's record (T31, T56).
func (s *Service) ReceiveAccount(ctx context.Context, site skein.ID, p RemoteProfile) (a *skein.Account, err error) {
	home, err := s.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	in := p.Account
	if in.URI == "" || in.Inbox == "" || in.Username == "" || len(in.Username) > maxRemoteUsername ||
		in.Domain == "" || in.Domain == home.Domain || strings.HasPrefix(in.URI, home.Base+"/") {
		return nil, skein.Errorf(skein.Invalid, "This is no account of another server.")
	}
	in.Local, in.Pending, in.BioText = false, false, ""
	in.DisplayName = text.DisplayName(in.DisplayName, maxRemoteName)
	in.Bio = text.Sanitize(cutBytes(in.Bio, maxRemoteBio))
	in.Fields = append([]skein.Field(nil), in.Fields[:min(len(in.Fields), maxRemoteFields)]...)
	for i, f := range in.Fields {
		in.Fields[i] = skein.Field{
			Name:  text.DisplayName(f.Name, maxRemoteField),
			Value: text.Sanitize(cutBytes(f.Value, 4*maxRemoteField)),
		}
		// A link that may be verified is shown in our way: its host cannot be hidden (T60).
		if link, ok := FieldLink(&in, &in.Fields[i]); ok {
			in.Fields[i].Value = text.RenderLine(link, text.Resolver{})
		}
	}
	in.Emojis = in.Emojis[:min(len(in.Emojis), maxRemoteEmojis)]
	rules, err := s.peers(ctx, site)
	if err != nil {
		return nil, err
	}
	if rules.ForAccount(uriHost(in.URI), in.Domain).RejectMedia {
		in.Avatar, in.Header, in.Emojis = "", "", nil
	}

	err = s.DB.Update(ctx, site, func(tx *store.Tx) error {
		now := tx.Now()
		n := in
		if n.RefreshedAt.IsZero() {
			n.RefreshedAt = now
		}
		old, err := tx.LockAccountByURI(n.URI)
		if errors.Is(err, skein.ErrNotFound) {
			n.ID, n.SilencedAt, n.SuspendedAt, n.DeletedAt, n.LastPostAt = 0, time.Time{}, time.Time{}, time.Time{}, time.Time{}
			if err := keepExtra(tx, &n, &skein.Account{}, p.Suspended); err != nil {
				return err
			}
			n.FollowerCount, n.FollowingCount, n.PostCount = max(p.FollowerCount, 0), max(p.FollowingCount, 0), max(p.PostCount, 0)
			if n.CreatedAt.IsZero() || n.CreatedAt.After(now) {
				n.CreatedAt = now
			}
			err := tx.InsertAccount(&n)
			if err == nil {
				a = &n
				return bearMark(tx, a)
			}
			if skein.KindOf(err) != skein.Conflict {
				return err
			}
			old, err = tx.LockAccountByURI(n.URI) // somebody else was faster
			if err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		if old.Local {
			return skein.Errorf(skein.Invalid, "This is no account of another server.")
		}
		if !old.DeletedAt.IsZero() {
			return skein.Errorf(skein.Gone, "This account is deleted.")
		}
		n.ID, n.Site, n.CreatedAt, n.LastPostAt = old.ID, old.Site, old.CreatedAt, old.LastPostAt
		n.SilencedAt, n.SuspendedAt, n.DeletedAt = old.SilencedAt, old.SuspendedAt, old.DeletedAt
		n.Fields = slices.Clone(n.Fields)
		keepVerified(n.Fields, old.Fields)
		if err := keepExtra(tx, &n, old, p.Suspended); err != nil {
			return err
		}
		if err := tx.UpdateAccount(&n); err != nil {
			return err
		}
		if err := indexableChanged(tx, &n, old); err != nil {
			return err
		}
		if err := wantLinks(tx, &n); err != nil {
			return err
		}
		if err := tx.SetCounts(n.ID, p.FollowerCount, p.FollowingCount, p.PostCount); err != nil {
			return err
		}
		a, err = tx.Account(n.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// bearMark gives a new account of a limited or suspended peer its state. The rules are read in the transaction: an account
// that comes at the moment of the decision is not missed.
func bearMark(tx *store.Tx, a *skein.Account) error {
	host := uriHost(a.URI)
	rules, err := tx.PeerRulesFor(host, a.Domain)
	if err != nil {
		return err
	}
	p := rules.ForAccount(host, a.Domain)
	if p.Severity == skein.Unrestricted {
		return nil
	}
	switch p.Severity {
	case skein.Limited:
		a.SilencedAt = tx.Now()
	case skein.Suspended:
		a.SuspendedAt = tx.Now()
	}
	return tx.MarkPeerAccount(a.ID, int(p.Severity))
}

// uriHost returns the canonical host of a URI, empty when it has none.
func uriHost(uri string) string {
	u, err := fetch.Canonical(uri)
	if err != nil {
		return ""
	}
	return u.Host
}

// cutBytes cuts a text without breaking a character. What an element loses of its end, text.Sanitize puts right.
func cutBytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
