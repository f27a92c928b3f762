package social

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Bounds of what one post sets off (T81).
const (
	maxLookups  = 10 // unknown accounts looked up on the network
	lookupTime  = 5 * time.Second
	maxEmojis   = 100 // kept of one post
	maxNotified = 50  // accounts told of one post
)

// composed is a text as a post holds it, with all that it names.
type composed struct {
	text, html, warning string
	warned              bool // also when the warning became the text
	mentions            []skein.Mention
	tags                []skein.Tag
	emojis              []skein.Emoji
	group               skein.ID // a peer's community that is named; 0: none
	poll                *skein.Poll
}

// clean brings what somebody typed into form: one kind of line end, no control characters, no spaces around.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7F {
			return -1
		}
		return r
	}, s))
}

// compose checks a text and finds out what it names. Unknown accounts are looked up on the network, so it runs before
// the transaction; those that are not found in time stay plain text. files are what the post is to show.
func (s *Service) compose(ctx context.Context, site *skein.Site, body, warning string, poll *skein.Poll, files []skein.Attachment) (*composed, error) {
	// What is far too long is not looked at further: no character that people count is longer than this.
	const tooLong = skein.MaxText * 32
	if len(body)+len(warning) > tooLong {
		return nil, errTooLong()
	}
	c := &composed{text: clean(body), warning: strings.Join(strings.Fields(clean(warning)), " "), poll: poll}
	c.warned = c.warning != ""
	if c.text == "" && len(files) > 0 && c.warning != "" {
		c.text = signOf(files)
	}
	if c.text == "" && poll == nil && len(files) == 0 {
		c.text, c.warning = c.warning, "" // as Mastodon does
	}
	if c.text == "" && poll == nil && len(files) == 0 {
		return nil, &skein.Error{Kind: skein.Invalid, Text: "Validation failed: Text can't be blank",
			Fields: []skein.FieldError{{Field: "status", Code: "blank", Text: "can't be blank"}}}
	}
	if text.Length(c.text)+text.Length(c.warning) > skein.MaxText {
		return nil, errTooLong()
	}

	var handles []store.Handle
	seen := map[store.Handle]bool{}
	names := map[string]int{} // user name -> how many of them are mentioned
	tags := map[string]bool{}
	for _, e := range text.Find(c.text) {
		switch e.Kind {
		case text.Mention:
			h := ownHandle(site, e.Name, e.Domain).Lower()
			if !seen[h] && len(handles) < skein.MaxMentions {
				seen[h] = true
				names[h.Username]++
				handles = append(handles, h)
			}
		case text.Tag:
			if name, display, ok := text.Hashtag(e.Name); ok && !tags[name] && len(c.tags) < skein.MaxTags {
				tags[name] = true
				c.tags = append(c.tags, skein.Tag{Name: name, Display: display})
			}
		}
	}
	known, err := s.named(ctx, site, c, handles)
	if err != nil {
		return nil, err
	}
	for _, h := range handles {
		if a := known[h]; a != nil && !slices.ContainsFunc(c.mentions, func(m skein.Mention) bool { return m.Account == a.ID }) {
			c.mentions = append(c.mentions, mention(a))
			if c.group == 0 && a.Kind == skein.Group && !a.Local {
				c.group = a.ID
			}
		}
	}
	c.html = text.Render(c.text, text.Resolver{
		Mention: func(user, domain string) (string, string, bool) {
			h := ownHandle(site, user, domain).Lower()
			a := known[h]
			if a == nil {
				return "", "", false
			}
			if names[h.Username] > 1 {
				return a.URL, a.Acct(), true
			}
			return a.URL, a.Username, true
		},
		Tag: func(name string) string { return site.URL("/tags/" + url.PathEscape(strings.ToLower(name))) },
	})
	return c, nil
}

func errTooLong() error {
	msg := fmt.Sprintf("character limit of %d exceeded", skein.MaxText)
	return &skein.Error{Kind: skein.Invalid, Text: "Validation failed: Text " + msg,
		Fields: []skein.FieldError{{Field: "status", Code: "too_long", Text: msg}}}
}

func mention(a *skein.Account) skein.Mention {
	return skein.Mention{Account: a.ID, Username: a.Username, Domain: a.Domain, URL: a.URL, URI: a.URI}
}

// named finds the accounts that a text names, and the custom emoji in it.
func (s *Service) named(ctx context.Context, site *skein.Site, c *composed, handles []store.Handle) (map[store.Handle]*skein.Account, error) {
	codes := text.Emojis(strings.Join(append(c.poll.Texts(), c.text, c.warning), "\n"))
	if len(handles) == 0 && len(codes) == 0 && len(c.tags) == 0 {
		return nil, nil
	}
	var known map[store.Handle]*skein.Account
	err := s.DB.View(ctx, site.ID, func(tx *store.Tx) (err error) {
		if err := usable(tx, c.tags); err != nil {
			return err
		}
		if known, err = tx.AccountsByHandle(handles); err != nil || len(codes) == 0 {
			return err
		}
		all, err := tx.Emojis()
		for _, e := range all {
			if len(c.emojis) < maxEmojis && slices.Contains(codes, e.Code) {
				c.emojis = append(c.emojis, *e)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if known == nil {
		known = map[store.Handle]*skein.Account{}
	}
	var unknown []store.Handle
	for _, h := range handles {
		if known[h] == nil && h.Domain != "" {
			unknown = append(unknown, h)
		}
	}
	s.lookUp(ctx, site.ID, unknown, known)
	for h, a := range known {
		if a.Gone() || a.Pending || a.Kind == skein.Application {
			delete(known, h)
		}
	}
	return known, nil
}

// lookUp asks the network for accounts that the site does not know: a few, at once, and not for long.
func (s *Service) lookUp(ctx context.Context, site skein.ID, unknown []store.Handle, into map[store.Handle]*skein.Account) {
	if s.FindAccount == nil || len(unknown) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	unknown = unknown[:min(len(unknown), maxLookups)]
	found := make([]*skein.Account, len(unknown))
	var wg sync.WaitGroup
	for i, h := range unknown {
		wg.Go(func() {
			// What can't be found stays plain text, whatever the reason.
			if a, err := s.FindAccount(ctx, site, h.Username+"@"+h.Domain); err == nil {
				found[i] = a
			}
		})
	}
	wg.Wait()
	for i, a := range found {
		if a != nil {
			into[unknown[i]] = a
		}
	}
}

// language chooses the language of a post: what the client says, else what the author set, else that of their screen.
func language(said string, u *skein.User) string {
	for _, l := range []string{said, u.Prefs.Language, u.Locale} {
		if l, ok := text.Language(l); ok {
			return l
		}
	}
	return ""
}
