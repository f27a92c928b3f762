package site

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"skein/internal/kit/mail"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Settings are what an operator may change of a site; nil leaves as it is.
type Settings struct {
	Name        *string
	Summary     *string
	Description *string
	Contact     *string
	Joining     *skein.Joining
	Rules       *[]string
	Languages   *[]string
	Suspended   *bool
	// FederateBlocks: peers are told when people here block somebody there.
	FederateBlocks *bool

	AuthorizedFetch *bool
	AllowListOnly   *bool

	// Directory, Peers, Activity: whether these are shown to who asks.
	Directory, Peers, Activity *bool
	ShowBlocks, ShowReasons    *skein.Audience

	ClosedAPI            *bool
	Feeds                *skein.Feeds // all of them
	MinAge               *int
	RecoveryDays         *int
	JoinMessage, JoinURL *string
	StatusURL            *string
	Style                *string         // CSS
	Privacy              *string         // empty: the notice that is true of every site
	Campaign             *skein.Campaign // of the zero value: none any more
	Suggested            *[]skein.ID     // accounts that new people may want to follow

	Landing *skein.Landing // what the front page shows of what is written here
}

// Bounds of what a site says about itself.
const (
	maxName        = 60
	maxSummary     = 300
	maxDescription = 20_000
	maxRules       = 50
	maxRule        = 500
	maxLanguages   = 20
	maxMinAge      = 99
	maxMessage     = 1000
	maxAddress     = 2000
	maxStyle       = 100_000 // bytes
	maxSuggested   = 50
)

// Update changes a site's settings.
func (s *Service) Update(ctx context.Context, id skein.ID, in Settings) (*skein.Site, error) {
	var site *skein.Site
	err := s.DB.Update(ctx, id, func(tx *store.Tx) error {
		var err error
		if site, err = tx.SiteRow(); err != nil {
			return err
		}
		before := site.AllowListOnly
		if err := in.Apply(site, tx.Now()); err != nil {
			return err
		}
		if err := tx.UpdateSite(site); err != nil || site.AllowListOnly == before {
			return err
		}
		return tx.Emit(skein.PeerChanged{Site: id})
	})
	if err != nil {
		return nil, err
	}
	return site, nil
}

// Apply writes the settings into a site and checks it.
func (in Settings) Apply(site *skein.Site, now time.Time) error {
	set(&site.Name, in.Name)
	set(&site.Summary, in.Summary)
	set(&site.Description, in.Description)
	set(&site.Contact, in.Contact)
	set(&site.Joining, in.Joining)
	set(&site.Rules, in.Rules)
	set(&site.Languages, in.Languages)
	set(&site.AuthorizedFetch, in.AuthorizedFetch)
	set(&site.AllowListOnly, in.AllowListOnly)
	if in.FederateBlocks != nil {
		site.HideBlocks = !*in.FederateBlocks
	}
	for _, one := range []struct {
		no   *bool
		show *bool
	}{{&site.Extra.NoDirectory, in.Directory}, {&site.Extra.NoPeers, in.Peers}, {&site.Extra.NoActivity, in.Activity}} {
		if one.show != nil {
			*one.no = !*one.show
		}
	}
	set(&site.Extra.ShowBlocks, in.ShowBlocks)
	set(&site.Extra.ShowReasons, in.ShowReasons)
	set(&site.Extra.ClosedAPI, in.ClosedAPI)
	set(&site.Extra.Feeds, in.Feeds)
	set(&site.Extra.MinAge, in.MinAge)
	set(&site.Extra.RecoveryDays, in.RecoveryDays)
	set(&site.Extra.JoinMessage, in.JoinMessage)
	set(&site.Extra.JoinURL, in.JoinURL)
	set(&site.Extra.StatusURL, in.StatusURL)
	set(&site.Extra.Style, in.Style)
	set(&site.Extra.Suggested, in.Suggested)
	set(&site.Extra.Landing, in.Landing)
	if in.Description != nil {
		site.Extra.DescribedAt = now
	}
	if in.Privacy != nil {
		site.Extra.Privacy, site.Extra.PrivacyAt = *in.Privacy, now
	}
	if in.Campaign != nil {
		if err := in.campaign(site, now); err != nil {
			return err
		}
	}
	if in.Suspended != nil {
		site.SuspendedAt = time.Time{}
		if *in.Suspended {
			site.SuspendedAt = now
		}
	}
	return check(site)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// check tidies what a site says about itself, or tells what is wrong with it.
func check(site *skein.Site) error {
	site.Name = text.DisplayName(site.Name, 10*maxName)
	site.Summary = strings.TrimSpace(text.Clean(site.Summary, 10*maxSummary))
	site.Description = strings.TrimSpace(text.Clean(site.Description, maxDescription+1))
	site.Contact = strings.TrimSpace(site.Contact)
	var faults []skein.FieldError
	fault := func(field, code, text string) {
		faults = append(faults, skein.FieldError{Field: field, Code: code, Text: text})
	}
	switch n := utf8.RuneCountInString(site.Name); {
	case n == 0:
		fault("name", "blank", "can't be blank")
	case n > maxName:
		fault("name", "too_long", "is longer than 60 characters")
	}
	if utf8.RuneCountInString(site.Summary) > maxSummary {
		fault("summary", "too_long", "is longer than 300 characters")
	}
	if utf8.RuneCountInString(site.Description) > maxDescription {
		fault("description", "too_long", "is longer than 20000 characters")
	}
	if site.Contact != "" && mail.Address(site.Contact) != nil {
		fault("contact", "invalid", "is not a mail address")
	}
	checkExtra(&site.Extra, fault)
	if !slices.Contains([]skein.Joining{skein.JoinOpen, skein.JoinApproval, skein.JoinInvite, skein.JoinClosed}, site.Joining) {
		fault("joining", "invalid", "is not one of open, approval, invite and closed")
	}
	var rules []string
	for _, rule := range site.Rules {
		if rule = strings.TrimSpace(text.Clean(rule, maxRule)); rule != "" {
			rules = append(rules, rule)
		}
	}
	if site.Rules = rules; len(rules) > maxRules {
		fault("rules", "too_long", "are more than 50")
	}
	for _, l := range site.Languages {
		if l == "" || len(l) > 35 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			fault("languages", "invalid", "hold something that is not a language tag such as en or pt-BR")
			break
		}
	}
	if !slices.Contains([]skein.Landing{skein.LandingPosts, skein.LandingPhotos, skein.LandingNothing}, site.Extra.Landing) {
		fault("landing", "invalid", "is not one of posts, photos and nothing")
	}
	if len(site.Extra.Suggested) > maxSuggested {
		fault("suggested", "too_long", "are more than 50")
	}
	if len(site.Languages) > maxLanguages {
		fault("languages", "too_long", "are more than 20")
	}
	if len(faults) > 0 {
		return &skein.Error{Kind: skein.Invalid, Text: "Validation failed: " + faults[0].Field + " " + faults[0].Text, Fields: faults}
	}
	return nil
}

// Emojis returns the site's own custom emoji, by code.
func (s *Service) Emojis(ctx context.Context, id skein.ID) (list []skein.Emoji, err error) {
	err = s.DB.View(ctx, id, func(tx *store.Tx) error {
		rows, err := tx.Emojis()
		list = make([]skein.Emoji, len(rows))
		for i, e := range rows {
			list[i] = *e
		}
		return err
	})
	return list, err
}

// Stats are the numbers that a site tells about itself.
type Stats struct {
	Users       int
	Posts       int
	Peers       int
	ActiveMonth int
	ActiveHalf  int // within half a year, for NodeInfo
	peers       []string
}

// Stats counts, once a minute at most.
func (s *Service) Stats(ctx context.Context, id skein.ID) (Stats, error) {
	st, err := s.counted(ctx, id)
	if err != nil {
		return Stats{}, err
	}
	return *st, nil
}

// Peers returns the hosts that a site knows of, as old as a minute. The list is shared: do not change it.
func (s *Service) Peers(ctx context.Context, id skein.ID) ([]string, error) {
	st, err := s.counted(ctx, id)
	if err != nil {
		return nil, err
	}
	return st.peers, nil
}

func (s *Service) counted(ctx context.Context, id skein.ID) (*Stats, error) {
	return s.stats.Load(ctx, id, func(ctx context.Context, id skein.ID) (*Stats, error) {
		st := &Stats{}
		err := s.DB.View(ctx, id, func(tx *store.Tx) error {
			now := tx.Now()
			n, err := tx.SiteStats(now.AddDate(0, -1, 0).UnixMilli(), now.AddDate(0, -6, 0).UnixMilli())
			if err != nil {
				return err
			}
			st.Users, st.Posts, st.ActiveMonth, st.ActiveHalf = n.Users, n.Posts, n.ActiveMonth, n.ActiveHalf
			st.peers, err = tx.Peers()
			st.Peers = len(st.peers)
			return err
		})
		return st, err
	})
}
