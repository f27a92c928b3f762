package mastodon

import (
	"path"
	"strings"

	"skein/internal/core/media"
	"skein/internal/core/social"
	"skein/internal/skein"
)

// portraits makes pictures for a profile of what was sent; nil stays nil.
func (a *API) portraits(c *call, avatar, header *media.Upload) (small, wide *skein.Portrait, err error) {
	if avatar != nil {
		if small, err = a.Media.Avatar(c, c.site, avatar); err != nil {
			return nil, nil, err
		}
	}
	if header != nil {
		if wide, err = a.Media.Header(c, c.site, header); err != nil {
			a.Media.Forget(c, small)
			return nil, nil, err
		}
	}
	return small, wide, nil
}

// removeAvatar: https://docs.joinmastodon.org/methods/profile/#delete-profile-avatar
func (a *API) removeAvatar(c *call) (*CredentialAccount, error) {
	return a.without(c, social.Profile{Avatar: &skein.Portrait{}})
}

// removeHeader: https://docs.joinmastodon.org/methods/profile/#delete-profile-header
func (a *API) removeHeader(c *call) (*CredentialAccount, error) {
	return a.without(c, social.Profile{Header: &skein.Portrait{}})
}

func (a *API) without(c *call, p social.Profile) (*CredentialAccount, error) {
	acc, u, err := a.Social.UpdateProfile(c, c.who, p)
	if err != nil {
		return nil, err
	}
	return a.credential(c, acc, u)
}

// picturesOf are the pictures of an account as clients are shown them, from here whoever's they are; empty: none.
func picturesOf(site *skein.Site, a *skein.Account) (avatar, avatarStill, header, headerStill string) {
	if a.Local {
		avatarStill, headerStill = a.Still()
		return a.Avatar, avatarStill, a.Header, headerStill
	}
	owner := skein.MirrorOwner(a.Domain, a.ID)
	return site.Mirror(skein.MirrorPicture, owner, a.Avatar), still(site, owner, a.Avatar),
		site.Mirror(skein.MirrorPicture, owner, a.Header), still(site, owner, a.Header)
}

// still is the address of a picture that does not move: a variant of its own only where it may move.
func still(site *skein.Site, owner, url string) string {
	at, _, _ := strings.Cut(url, "?")
	switch strings.ToLower(path.Ext(at)) {
	case ".jpg", ".jpeg":
		return site.Mirror(skein.MirrorPicture, owner, url)
	}
	return site.Mirror(skein.MirrorStill, owner, url)
}
