package skein

import "strings"

// Portrait is a picture for a profile, with its files in the blob store already. The zero value is no picture.
type Portrait struct {
	URL    string
	Static string // of a still, when the picture moves
	Files  []MediaFile
}

// MaxPictureText is how many characters the description of a profile's picture holds.
const MaxPictureText = 150

// MaxAttribution is how many domains may name one of ours as author.
const MaxAttribution = 10

// FileKey returns the key of a file of the site from its address, empty when it is none.
func (s *Site) FileKey(url string) string {
	name, ok := strings.CutPrefix(url, s.Base+"/media/")
	key, _, dotted := strings.Cut(name, ".")
	if !ok || !dotted || strings.Contains(name, "/") {
		return ""
	}
	return key
}

// Still returns the address of the avatar as it does not move, and that of the header.
func (a *Account) Still() (avatar, header string) {
	avatar, header = a.Extra.AvatarStatic, a.Extra.HeaderStatic
	if avatar == "" {
		avatar = a.Avatar
	}
	if header == "" {
		header = a.Header
	}
	return avatar, header
}

// Pictures are the pictures of an account as people are shown them, from here whoever's they are; empty: none.
func (s *Site) Pictures(a *Account) (avatar, avatarStill, header, headerStill string) {
	if a.Local {
		avatarStill, headerStill = a.Still()
		return a.Avatar, avatarStill, a.Header, headerStill
	}
	owner := MirrorOwner(a.Domain, a.ID)
	return s.Mirror(MirrorPicture, owner, a.Avatar), s.MirrorStill(owner, a.Avatar),
		s.Mirror(MirrorPicture, owner, a.Header), s.MirrorStill(owner, a.Header)
}
