package mastodon

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"skein/internal/core/media"
	"skein/internal/core/social"
	"skein/internal/skein"
)

// uploadTime is how long a file may take to arrive.
const uploadTime = 15 * time.Minute

// multipartBody tells whether a request has a body in parts.
func multipartBody(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "multipart/form-data"
}

// taker keeps the files that come with a request on a route that takes them.
func (c *call) taker() taker {
	if c.route == nil || !c.route.Files || c.api.Media == nil {
		return nil
	}
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(uploadTime)) // tests have no connection
	return func(from io.Reader) (*media.Upload, error) {
		u, err := c.api.Media.Receive(c, c.who, from)
		if err == nil {
			c.files = append(c.files, u)
		}
		return u, err
	}
}

// forgetFiles removes what came with the request: what is kept of it lies elsewhere.
func (c *call) forgetFiles() {
	for _, u := range c.files {
		u.Close()
	}
}

type mediaForm struct {
	File        *media.Upload `form:"file"`
	Thumbnail   *media.Upload `form:"thumbnail"`
	Description *string       `form:"description"`
	Focus       *string       `form:"focus"`
}

// draft reads what the form says of a file.
func (in *mediaForm) draft() (media.Draft, error) {
	d := media.Draft{Description: in.Description, Thumbnail: in.Thumbnail}
	var err error
	d.Focus, err = focus(in.Focus)
	return d, err
}

// focus reads a point: x,y.
func focus(s *string) (*media.Focus, error) {
	if s == nil || strings.TrimSpace(*s) == "" {
		return nil, nil
	}
	x, y, _ := strings.Cut(*s, ",")
	var f media.Focus
	var errX, errY error
	f.X, errX = strconv.ParseFloat(strings.TrimSpace(x), 64)
	f.Y, errY = strconv.ParseFloat(strings.TrimSpace(y), 64)
	if errX != nil || errY != nil {
		return nil, invalid("Validation failed: Focus is two numbers from -1.0 to 1.0")
	}
	return &f, nil
}

// create takes a file.
func (a *API) create(c *call) (*skein.Media, error) {
	in, err := decode[mediaForm](c)
	if err != nil {
		return nil, err
	}
	if in.File == nil {
		return nil, invalid("Validation failed: File can't be blank")
	}
	d, err := in.draft()
	if err != nil {
		return nil, err
	}
	return a.Media.Create(c, c.who, in.File, d)
}

// upload: https://docs.joinmastodon.org/methods/media/#v2
func (a *API) upload(c *call) (*MediaAttachment, error) {
	m, err := a.create(c)
	if err != nil {
		return nil, err
	}
	if m.State == skein.MediaWorking {
		c.status = http.StatusAccepted
	}
	return freeMedia(c.site, m, a.Clock()), nil
}

// oneMedia: https://docs.joinmastodon.org/methods/media/#get
func (a *API) oneMedia(c *call) (*MediaAttachment, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	m, err := a.Media.Media(c, c.who, id)
	if err != nil {
		return nil, err
	}
	switch m.State {
	case skein.MediaFailed:
		return nil, errMediaFailed
	case skein.MediaWorking:
		c.status = http.StatusPartialContent
	}
	return freeMedia(c.site, m, a.Clock()), nil
}

// editMedia: https://docs.joinmastodon.org/methods/media/#update
func (a *API) editMedia(c *call) (*MediaAttachment, error) {
	id, err := c.id()
	if err != nil {
		return nil, err
	}
	in, err := decode[mediaForm](c)
	if err != nil {
		return nil, err
	}
	d, err := in.draft()
	if err != nil {
		return nil, err
	}
	m, err := a.Media.Edit(c, c.who, id, d)
	if err != nil {
		return nil, err
	}
	return freeMedia(c.site, m, a.Clock()), nil
}

// deleteMedia: https://docs.joinmastodon.org/methods/media/#delete
func (a *API) deleteMedia(c *call) (empty, error) {
	id, err := c.id()
	if err != nil {
		return empty{}, err
	}
	return empty{}, a.Media.Delete(c, c.who, id)
}

// freeMedia is a file that no post has: only who has the link, which ends, has the file.
func freeMedia(site *skein.Site, m *skein.Media, now time.Time) *MediaAttachment {
	out := attachment(site, 0, &m.Shown, false, now)
	if m.State != skein.MediaReady {
		out.URL, out.PreviewURL = nil, nil
	}
	return &out
}

// attachments are files of a post, now or as it once was; links that end count from at.
func attachments(site *skein.Site, p *skein.Post, list []skein.Attachment, at time.Time) []MediaAttachment {
	out := make([]MediaAttachment, len(list))
	for i := range list {
		out[i] = attachment(site, p.Author, &list[i], p.Open(), at)
		if out[i].ID == "" {
			// Files of peers have no ID of their own here; nothing can be asked by this one.
			out[i].ID = (p.ID + skein.ID(i)).String()
		}
	}
	return out
}

// attachment is a file as clients know it; author is who posted it, 0: nobody yet; open: everybody may have it.
func attachment(site *skein.Site, author skein.ID, a *skein.Attachment, open bool, at time.Time) MediaAttachment {
	file, preview := a.Shown(site, author, open, at)
	m := MediaAttachment{
		Type:        "unknown",
		URL:         orNull(file),
		PreviewURL:  orNull(preview),
		Description: orNull(a.Description),
		Blurhash:    orNull(a.Blurhash),
	}
	if a.Ours() {
		m.ID = a.Media.String()
	} else {
		m.RemoteURL, m.PreviewRemoteURL = orNull(a.URL), orNull(a.Preview)
	}
	switch kind, _, _ := strings.Cut(a.Type, "/"); kind {
	case "image":
		m.Type = kind
		if preview == "" {
			m.PreviewURL = m.URL
		}
	case "video", "audio":
		if m.Type = kind; a.Loop {
			m.Type = "gifv"
		}
	case "application":
		if strings.HasSuffix(strings.ToLower(a.Type), "mpegurl") { // a film as a stream (HLS)
			m.Type = "video"
		}
	}
	if m.Type == "unknown" {
		m.PreviewURL = nil
	}
	meta := MediaMeta{Original: mediaSize(a.Width, a.Height), Small: mediaSize(a.SmallWidth, a.SmallHeight)}
	if m.Type != "image" {
		filmMeta(a, &meta)
	}
	// NaN is in no range (T66).
	if inFocus(a.FocusX) && inFocus(a.FocusY) && (a.FocusX != 0 || a.FocusY != 0) {
		meta.Focus = &MediaFocus{X: a.FocusX, Y: a.FocusY}
	}
	if meta != (MediaMeta{}) {
		m.Meta = &meta
	}
	return m
}

func mediaSize(w, h int) *MediaSize {
	if w <= 0 || h <= 0 {
		return nil
	}
	return &MediaSize{Width: w, Height: h, Size: strconv.Itoa(w) + "x" + strconv.Itoa(h), Aspect: float64(w) / float64(h)}
}

func inFocus(f float64) bool { return f >= -1 && f <= 1 }

// mediaEdit is what an edit of a post says of one of its files.
type mediaEdit struct {
	ID          skein.ID `form:"id"`
	Description *string  `form:"description"`
	Focus       *string  `form:"focus"`

	Thumbnail *media.Upload `form:"thumbnail"`
}

// smallCopies keeps the pictures that came with edits; all of them or none. undo takes them back.
func (a *API) smallCopies(c *call, list []mediaEdit, edits []social.MediaEdit) (undo func(), err error) {
	var made []*skein.SmallCopy
	undo = func() { a.Media.ForgetSmall(c, made...) }
	for i, in := range list {
		if in.Thumbnail == nil {
			continue
		}
		small, err := a.Media.Small(c, in.Thumbnail)
		if err != nil {
			undo()
			return nil, err
		}
		made, edits[i].Small = append(made, small), small
	}
	return undo, nil
}

func mediaEdits(list []mediaEdit) ([]social.MediaEdit, error) {
	var out []social.MediaEdit
	for _, in := range list {
		e := social.MediaEdit{ID: in.ID, Description: in.Description}
		f, err := focus(in.Focus)
		if err != nil {
			return nil, err
		}
		if f != nil {
			e.FocusX, e.FocusY = &f.X, &f.Y
		}
		out = append(out, e)
	}
	return out, nil
}
