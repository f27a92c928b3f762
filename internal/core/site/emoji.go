package site

import (
	"context"
	"regexp"
	"strings"

	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Emoji is a custom emoji of a site, before it is one.
type Emoji struct {
	Code     string // letters, digits and _, without colons
	Category string // heading in pickers; empty: none
	Hidden   bool   // not in pickers
	Picture  skein.Portrait
}

const (
	maxEmojis   = 5000
	maxCategory = 60
)

var emojiCode = regexp.MustCompile(`^[A-Za-z0-9_]{2,64}$`)

// CheckEmoji tells whether an emoji may have this code and category, before its picture is made.
func CheckEmoji(code, category string) (tidy string, err error) {
	if !emojiCode.MatchString(code) {
		return "", skein.Errorf(skein.Invalid, "The code of an emoji is 2 to 64 letters, digits and underscores; %q is not.", code)
	}
	tidy = strings.TrimSpace(text.DisplayName(category, 1<<20))
	if text.Graphemes(tidy) > maxCategory {
		return "", skein.Errorf(skein.Invalid, "A category of emoji holds %d characters.", maxCategory)
	}
	return tidy, nil
}

// PutEmoji adds a custom emoji to a site, or gives the one of its code another picture. The old picture stays where posts
// show it.
func (s *Service) PutEmoji(ctx context.Context, site skein.ID, e Emoji) error {
	category, err := CheckEmoji(e.Code, e.Category)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		all, err := tx.Emojis()
		if err != nil {
			return err
		}
		if len(all) >= maxEmojis {
			return skein.Errorf(skein.Invalid, "A site has at most %d emoji of its own.", maxEmojis)
		}
		if err := tx.InsertPictures(0, e.Picture.Files...); err != nil {
			return err
		}
		return tx.PutEmoji(&skein.Emoji{Code: e.Code, URL: e.Picture.URL, StaticURL: e.Picture.Static, Category: category, Hidden: e.Hidden})
	})
}

// RemoveEmoji takes an emoji of a site away, and its picture with it, wherever it is shown.
func (s *Service) RemoveEmoji(ctx context.Context, site skein.ID, code string) error {
	home, err := s.ByID(ctx, site)
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, site, func(tx *store.Tx) error {
		all, err := tx.Emojis()
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.Code != code {
				continue
			}
			var keys []string
			for _, url := range []string{e.URL, e.StaticURL} {
				if key := home.FileKey(url); key != "" {
					keys = append(keys, key)
				}
			}
			if err := tx.RemovePictures(0, keys...); err != nil {
				return err
			}
			return tx.DeleteEmoji(code)
		}
		return skein.Errorf(skein.NotFound, "This site has no emoji %q.", code)
	})
}
