package social

import (
	"slices"

	"skein/internal/kit/fetch"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// checkPictures keeps the limits of what is said of pictures, and of who may name the account as author.
func (p *Profile) checkPictures() error {
	for field, said := range map[string]**string{"avatar_description": &p.AvatarText, "header_description": &p.HeaderText} {
		if *said == nil {
			continue
		}
		clean := cleanText(**said)
		if text.Graphemes(clean) > skein.MaxPictureText {
			return invalidField(field, "too_long", "The description of a profile's picture holds %d characters.", skein.MaxPictureText)
		}
		*said = &clean
	}
	if p.Attribution == nil {
		return nil
	}
	domains := []string{}
	for _, d := range *p.Attribution {
		if d == "" {
			continue
		}
		host, err := fetch.Host(d)
		if err != nil {
			return invalidField("attribution_domains", "invalid", "%q is not the name of a server.", cutBytes(d, 100))
		}
		if !slices.Contains(domains, host) {
			domains = append(domains, host)
		}
	}
	if len(domains) > skein.MaxAttribution {
		return invalidField("attribution_domains", "too_long", "At most %d domains may name you as author.", skein.MaxAttribution)
	}
	p.Attribution = &domains
	return nil
}

// setExtra writes what few profiles have.
func (p *Profile) setExtra(e *skein.AccountExtra) {
	assign(&e.AvatarText, p.AvatarText)
	assign(&e.HeaderText, p.HeaderText)
	if p.Attribution != nil {
		if e.Attribution = *p.Attribution; len(e.Attribution) == 0 {
			e.Attribution = nil
		}
	}
	hide := func(hidden, show *bool) {
		if show != nil {
			*hidden = !*show
		}
	}
	hide(&e.HideMedia, p.ShowMedia)
	hide(&e.HideMediaReplies, p.ShowMediaReplies)
	hide(&e.HideFeatured, p.ShowFeatured)
}

// setPictures puts new pictures into a profile and has the files of the old ones removed. What is said of a picture goes
// with it, unless something new is said.
func (p *Profile) setPictures(tx *store.Tx, site *skein.Site, a *skein.Account) error {
	put := func(n *skein.Portrait, url, static, said *string, saidNow *string) error {
		if n == nil {
			return nil
		}
		var old []string
		for _, u := range []string{*url, *static} {
			if key := site.FileKey(u); key != "" && !slices.ContainsFunc(n.Files, func(f skein.MediaFile) bool { return f.Key == key }) {
				old = append(old, key)
			}
		}
		if err := tx.RemovePictures(a.ID, old...); err != nil {
			return err
		}
		*url, *static = n.URL, n.Static
		if saidNow == nil {
			*said = ""
		}
		return tx.InsertPictures(a.ID, n.Files...)
	}
	if err := put(p.Avatar, &a.Avatar, &a.Extra.AvatarStatic, &a.Extra.AvatarText, p.AvatarText); err != nil {
		return err
	}
	return put(p.Header, &a.Header, &a.Extra.HeaderStatic, &a.Extra.HeaderText, p.HeaderText)
}
