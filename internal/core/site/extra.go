package site

import (
	"strings"
	"unicode/utf8"

	"skein/internal/kit/fetch"
	"skein/internal/kit/text"
	"skein/internal/skein"
)

// checkExtra tidies what few sites set, or tells what is wrong with it.
func checkExtra(e *skein.SiteExtra, fault func(field, code, text string)) {
	if e.MinAge < 0 || e.MinAge > maxMinAge {
		fault("min_age", "invalid", "is not from 0 to 99 years")
	}
	if d := e.RecoveryDays; d != 0 && (d < skein.MinRecoveryWait || d > skein.MaxRecoveryWait) {
		fault("recovery_days", "invalid", "is not from 1 to 60 days")
	}
	e.JoinMessage = strings.TrimSpace(text.Clean(e.JoinMessage, 10*maxMessage))
	if utf8.RuneCountInString(e.JoinMessage) > maxMessage {
		fault("join_message", "too_long", "is longer than 1000 characters")
	}
	if e.Style = strings.ReplaceAll(strings.ToValidUTF8(e.Style, ""), "\x00", ""); len(e.Style) > maxStyle { // T68
		fault("style", "too_long", "is longer than 100000 bytes")
	}
	e.Privacy = strings.TrimSpace(text.Clean(e.Privacy, maxDescription+1))
	if utf8.RuneCountInString(e.Privacy) > maxDescription {
		fault("privacy", "too_long", "is longer than 20000 characters")
	}
	for field, address := range map[string]*string{"join_url": &e.JoinURL, "status_url": &e.StatusURL} {
		if *address = strings.TrimSpace(*address); *address != "" && !isAddress(*address) {
			fault(field, "invalid", "is no address of the web such as https://example.org/join")
		}
	}
	for _, a := range []skein.Audience{e.ShowBlocks, e.ShowReasons} {
		if a != skein.ForNobody && a != skein.ForPeople && a != skein.ForAll {
			fault("show_blocks", "invalid", "is not one of nobody, users and all")
		}
	}
	// Posts of this site with a hashtag or a link are never closed to its own people (mastodon-api.md 4.26).
	for _, f := range []struct {
		access   skein.FeedAccess
		disabled bool
	}{{e.Feeds.LiveLocal, true}, {e.Feeds.LiveRemote, true}, {e.Feeds.TagLocal, false}, {e.Feeds.TagRemote, true},
		{e.Feeds.LinkLocal, false}, {e.Feeds.LinkRemote, true}} {
		switch f.access {
		case skein.FeedPublic, skein.FeedPeople:
		case skein.FeedDisabled:
			if !f.disabled {
				fault("feeds", "invalid", "cannot be disabled for posts of this site with a hashtag or a link")
			}
		default:
			fault("feeds", "invalid", "are not one of public, authenticated and disabled")
		}
	}
}

// isAddress tells whether a text is the address of a page.
func isAddress(s string) bool {
	u, err := fetch.Canonical(s)
	return len(s) <= maxAddress && err == nil && (u.Scheme == "https" || u.Scheme == "http")
}
