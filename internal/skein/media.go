package skein

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"
)

// Media is a file that somebody here sent, with what was made of it: at first by itself, then part of a post, of which it
// shows as an Attachment.
type Media struct {
	ID        ID
	Site      ID
	Account   ID // whose it is
	Post      ID // 0: not part of any yet
	Scheduled ID // what is to be posted later and keeps it until then; 0: nothing
	State     MediaState
	Bytes     int64 // of all its files together
	Shown     Attachment
	CreatedAt time.Time
	ExpiresAt time.Time // when it goes, as long as no post and nothing scheduled has it
}

// MediaState says whether a file can be shown. The texts are stored.
type MediaState string

// The states of a file.
const (
	MediaReady   MediaState = "ready"
	MediaWorking MediaState = "working" // a job makes of it what can be shown
	MediaFailed  MediaState = "failed"
)

// MediaFile is one stored file of a Media: the original, a smaller copy.
type MediaFile struct {
	Key   string // in kit/blob, and in its address
	Type  string // media type, as we found it by its content
	Bytes int64
}

// SmallCopy is a picture that stands for a file in lists, and is kept already.
type SmallCopy struct {
	File          MediaFile
	Width, Height int
	Blurhash      string
}

// Put makes it stand for a file.
func (c *SmallCopy) Put(a *Attachment) {
	a.SmallKey, a.SmallType, a.SmallWidth, a.SmallHeight, a.Blurhash = c.File.Key, c.File.Type, c.Width, c.Height, c.Blurhash
}

// Limits of files (product.md, "Limits"); the bytes of pictures and clips are the operator's to set.
const (
	MaxAttachments = 20     // of one post, pictures and clips mixed
	MaxDescription = 10_000 // characters
)

// FreeTime is how long a file is kept that is part of nothing.
const FreeTime = 24 * time.Hour

// extensions are what addresses of files end with, by media type: what stands here is all that is ever served.
var extensions = map[string]string{
	"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp",
	"video/mp4": "mp4", "audio/mpeg": "mp3", "audio/mp4": "m4a",
}

// Extension returns what the address of a file of a media type ends with, without a dot; empty for a type that is not served.
func Extension(mediaType string) string { return extensions[mediaType] }

// FilePath returns where a file of ours is found on its site.
func FilePath(key, mediaType string) string { return "/media/" + key + "." + Extension(mediaType) }

// Open tells whether everybody may have the files of a post; those of others go by links that end (T153).
func (p *Post) Open() bool { return !p.Held && (p.Visibility == Public || p.Visibility == Unlisted) }

// How long links to files last that are not for everybody: in answers to clients, and in what is sent to peers, which fetch
// unsigned and often late (T153).
const (
	LinkForClients = 24 * time.Hour
	LinkForPeers   = 30 * 24 * time.Hour
)

// Signed returns the address of a path of the site, signed so that it is good for a while from now, and no longer. For half
// of the while, a day at most, it stays the same, so that what was fetched by it can be kept.
func (s *Site) Signed(path string, now time.Time, last time.Duration) string {
	until := now.Truncate(min(last/2, 24*time.Hour)).Add(last).Unix()
	end := strconv.FormatInt(until, 10)
	return s.URL(path) + "?until=" + end + "&sig=" + s.signature(path, end)
}

// IsSigned tells whether a request for a path bears a signature of the site that has not ended: until and sig are what its
// query says.
func (s *Site) IsSigned(path, until, sig string, now time.Time) bool {
	end, err := strconv.ParseInt(until, 10, 64)
	return err == nil && now.Unix() < end && len(s.Secret) > 0 && hmac.Equal([]byte(s.signature(path, until)), []byte(sig))
}

func (s *Site) signature(path, until string) string {
	m := hmac.New(sha256.New, s.Secret)
	m.Write([]byte(path + "\n" + until))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:24])
}

// Ours tells whether the file is one of this site, also while it has no key: what is to be shown is still made of it.
func (a *Attachment) Ours() bool { return a.Key != "" || a.Media != 0 }

// Links returns the addresses of a file and of its smaller copy, empty when there is none. For files of ours: plain when
// they are open to everybody, else signed for a while from now.
func (a *Attachment) Links(s *Site, open bool, now time.Time, last time.Duration) (file, preview string) {
	if !a.Ours() {
		return a.URL, a.Preview
	}
	link := func(key, mediaType string) string {
		switch {
		case key == "" || Extension(mediaType) == "":
			return ""
		case open:
			return s.URL(FilePath(key, mediaType))
		}
		return s.Signed(FilePath(key, mediaType), now, last)
	}
	return link(a.Key, a.Type), link(a.SmallKey, a.SmallType)
}

// Shown returns the addresses at which people are shown a file that author posted, and the picture that stands for it, whoever's
// they are. open: everybody may have it.
func (a *Attachment) Shown(s *Site, author ID, open bool, now time.Time) (file, preview string) {
	if a.Ours() {
		return a.Links(s, open, now, LinkForClients)
	}
	return a.Mirror(s, author)
}
