package mastodon

import (
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
