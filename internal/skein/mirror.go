package skein

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"path"
	"strings"
)

// Mirrored is a file of another server that is shown from here: a picture, a still of a picture that moves, or a film.
type Mirrored struct {
	URL   string
	Owner string // domain of the peer whose it is; empty: only its address says
	Kind  string // MirrorPicture, MirrorStill, or what the address of a film or sound ends with

	Account ID // whose it is, as far as one account's; 0: not said
}

// The kinds of pictures.
const (
	MirrorPicture = "picture"
	MirrorStill   = "still"
)

// MirrorPath begins the addresses at which other servers' files are found on a site.
const MirrorPath = "/proxy/"

// maxMirrored is the longest address that is mirrored: what is longer cannot be shown.
const maxMirrored = 2048

// MirrorOwner names to Mirror whose a file is: an account with which it goes, and its peer, if that is to be asked for too.
func MirrorOwner(domain string, account ID) string {
	if account == 0 {
		return domain
	}
	return domain + "~" + account.String()
}

// Mirror returns the address of another server's file on the site. It is signed, so that the site fetches nothing but what
// it has shown somebody (T111). Files of the site itself are named as they are; what is no web address is none.
func (s *Site) Mirror(kind, owner, url string) string {
	switch {
	case url == "" || strings.HasPrefix(url, s.Base+"/") || len(s.Secret) == 0:
		return url
	case len(url) > maxMirrored || !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://"):
		return ""
	case owner == "":
		owner = "-"
	}
	rest := owner + "/" + base64.RawURLEncoding.EncodeToString([]byte(url)) + "/" + kind
	return s.URL(MirrorPath + s.mirrorMark(rest) + "/" + rest)
}

// MirrorFilm is Mirror for a film or a sound of a media type. One that no browser plays by itself keeps its own address.
func (s *Site) MirrorFilm(mediaType, owner, url string) string {
	for end, t := range filmTypes {
		if t == mediaType {
			return s.Mirror(end, owner, url)
		}
	}
	return url
}

// Mirror returns the addresses here of a file that an account of another server posted, and of the picture that stands for it.
func (a *Attachment) Mirror(s *Site, author ID) (file, preview string) {
	owner := MirrorOwner("", author)
	preview = s.Mirror(MirrorPicture, owner, a.Preview)
	if strings.HasPrefix(a.Type, "image/") {
		return s.Mirror(MirrorPicture, owner, a.URL), preview
	}
	return s.MirrorFilm(a.Type, owner, a.URL), preview
}

// MirrorStill is Mirror for a picture as it does not move: a variant of its own only where it may move.
func (s *Site) MirrorStill(owner, url string) string {
	at, _, _ := strings.Cut(url, "?")
	switch strings.ToLower(path.Ext(at)) {
	case ".jpg", ".jpeg":
		return s.Mirror(MirrorPicture, owner, url)
	}
	return s.Mirror(MirrorStill, owner, url)
}

// filmTypes are the films and sounds that are passed on, by what their address here ends with.
var filmTypes = map[string]string{
	"mp4": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mov": "video/quicktime",
	"mp3": "audio/mpeg", "m4a": "audio/mp4", "oga": "audio/ogg", "weba": "audio/webm", "wav": "audio/wav", "flac": "audio/flac", "aac": "audio/aac",
}

// FilmType returns the media type of a mirrored film or sound, empty for a picture.
func (m Mirrored) FilmType() string { return filmTypes[m.Kind] }

// Mirrored reads an address that Mirror made. What bears another site's mark, or none, is not one.
func (s *Site) Mirrored(path string) (m Mirrored, ok bool) {
	rest, ok := strings.CutPrefix(path, MirrorPath)
	if !ok {
		return m, false
	}
	mark, rest, _ := strings.Cut(rest, "/")
	part := strings.Split(rest, "/")
	if len(part) != 3 || len(s.Secret) == 0 || !hmac.Equal([]byte(mark), []byte(s.mirrorMark(rest))) {
		return m, false
	}
	url, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		return m, false
	}
	owner, account, _ := strings.Cut(part[0], "~")
	m = Mirrored{URL: string(url), Owner: owner, Kind: part[2]}
	m.Account, _ = ParseID(account)
	if m.Owner == "-" {
		m.Owner = ""
	}
	return m, true
}

// mirrorMark signs what a mirrored address says. The word in front keeps it apart from all else that the secret signs.
func (s *Site) mirrorMark(rest string) string {
	h := hmac.New(sha256.New, s.Secret)
	h.Write([]byte("mirror\n" + rest))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}
