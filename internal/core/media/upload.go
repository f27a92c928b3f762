package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"skein/internal/kit/blob"
	"skein/internal/kit/film"
	"skein/internal/kit/heif"
	"skein/internal/kit/picture"
	"skein/internal/kit/text"
	"skein/internal/skein"
	"skein/internal/store"
)

// Upload is a file that arrived whole and lies on this machine for the moment. Close it.
type Upload struct {
	Type string // media type by its content, one of those that are taken
	Size int64
	path string
}

// Close removes it.
func (u *Upload) Close() {
	if u != nil && u.path != "" {
		_ = os.Remove(u.path)
		u.path = ""
	}
}

// Receive reads a file that somebody sends. Its first bytes say what it is, and so how long it may be; what is not taken is
// read to that length all the same, so that the sender hears why.
func (s *Service) Receive(ctx context.Context, who skein.Viewer, from io.Reader) (u *Upload, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	done, err := s.begin(ctx, who.Account)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := s.DB.View(ctx, who.Site, func(tx *store.Tx) error { return room(tx, who.Account) }); err != nil {
		return nil, err
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(from, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	u = &Upload{Type: picture.Sniff(head)}
	most := s.PictureBytes
	if still := heif.Sniff(head); still != "" {
		if !s.Films.Decodes(codecs[still]) {
			_, _ = io.CopyN(io.Discard, from, s.PictureBytes)
			return nil, errNoStills
		}
		u.Type = still
	}
	if name := film.Sniff(head); u.Type == "" && name != "" {
		if s.Films == nil {
			_, _ = io.CopyN(io.Discard, from, s.PictureBytes)
			return nil, errNoFilms
		}
		u.Type, most = name, s.ClipBytes
	}
	if u.Type == "" {
		_, _ = io.CopyN(io.Discard, from, s.PictureBytes)
		return nil, errType
	}
	f, err := s.Temp()
	if err != nil {
		return nil, fmt.Errorf("make room for an upload: %w", err)
	}
	u.path = f.Name()
	u.Size, err = io.Copy(f, io.MultiReader(bytes.NewReader(head), io.LimitReader(from, most+1-int64(n))))
	err = errors.Join(err, f.Close())
	if err == nil && u.Size > most {
		_, _ = io.CopyN(io.Discard, from, most)
		err = skein.Errorf(skein.Invalid, "Validation failed: File size must be less than %d MB", most>>20)
	}
	if err != nil {
		u.Close()
		return nil, err
	}
	return u, nil
}

// senders are the uploads of one person.
type senders struct {
	places chan struct{} // of those that are read
	n      int           // all of them, also those that wait
}

// begin waits until an upload may be read, as the person has no more under way than one may: apps send all files of a post at
// once. What waits lies with the sender. Call done afterwards.
func (s *Service) begin(ctx context.Context, account skein.ID) (done func(), err error) {
	s.mu.Lock()
	in := s.sending[account]
	if in == nil {
		in = &senders{places: make(chan struct{}, maxSending)}
		s.sending[account] = in
	}
	if in.n >= maxSending+maxWaiting {
		s.mu.Unlock()
		return nil, errSending
	}
	in.n++
	s.mu.Unlock()
	leave := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if in.n--; in.n == 0 {
			delete(s.sending, account)
		}
	}
	select {
	case in.places <- struct{}{}:
		return func() { <-in.places; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

// room refuses more files of somebody who has many lying about (T113).
func room(tx *store.Tx, account skein.ID) error {
	n, bytes, err := tx.FreeMedia(account)
	if err == nil && (n >= maxFree || bytes >= maxFreeBytes) {
		err = errFull
	}
	return err
}

// Focus is the point that stays in sight when a picture is cropped, -1 to 1 in both directions.
type Focus struct{ X, Y float64 }

// Draft is what somebody says of a file. nil leaves as it is.
type Draft struct {
	Description *string
	Focus       *Focus
	Thumbnail   *Upload // a picture that stands for the file in lists
}

// apply checks what somebody says of a file and puts it there.
func (d Draft) apply(a *skein.Attachment) error {
	if d.Description != nil {
		description := text.Clean(*d.Description, 1<<20)
		if text.Graphemes(description) > skein.MaxDescription {
			return skein.Errorf(skein.Invalid, "Validation failed: Description is too long (maximum is %d characters)", skein.MaxDescription)
		}
		a.Description = description
	}
	if f := d.Focus; f != nil {
		if !(f.X >= -1 && f.X <= 1 && f.Y >= -1 && f.Y <= 1) { // NaN is in no range (T66)
			return skein.Errorf(skein.Invalid, "Validation failed: Focus is two numbers from -1.0 to 1.0")
		}
		a.FocusX, a.FocusY = f.X, f.Y
	}
	return nil
}

// Create makes a media of an upload, which it reads whole and decodes once: not for long files. u stays the caller's to close.
func (s *Service) Create(ctx context.Context, who skein.Viewer, u *Upload, d Draft) (*skein.Media, error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	m := &skein.Media{Account: who.Account, State: skein.MediaReady}
	if err := d.apply(&m.Shown); err != nil { // before any work
		return nil, err
	}
	if isFilm(u.Type) {
		return s.createFilm(ctx, who, u, d, m)
	}
	made, err := s.picture(ctx, u, &m.Shown)
	if errors.Is(err, errMoves) {
		return s.createFilm(ctx, who, u, d, m)
	}
	if err != nil {
		return nil, err
	}
	if d.Thumbnail != nil {
		var small *product
		if small, err = s.thumbnail(ctx, d.Thumbnail, &m.Shown); err == nil {
			made = append(made[:1], small)
		}
	}
	var files []skein.MediaFile
	if err == nil {
		files, err = s.keep(ctx, made)
	}
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		m.Bytes += f.Bytes
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if err := mine(tx, who); err != nil {
			return err
		}
		if err := room(tx, who.Account); err != nil {
			return err
		}
		m.ID, m.CreatedAt = tx.NewID(), tx.Now()
		m.Shown.Media, m.ExpiresAt = m.ID, m.CreatedAt.Add(skein.FreeTime)
		return tx.InsertMedia(m, files...)
	})
	if err != nil {
		s.drop(ctx, files)
		return nil, err
	}
	return m, nil
}

// Edit changes what is said of a file of the viewer that is part of no post yet; later it is the post that is edited.
func (s *Service) Edit(ctx context.Context, who skein.Viewer, id skein.ID, d Draft) (m *skein.Media, err error) {
	if _, err := s.Media(ctx, who, id); err != nil { // before any work
		return nil, err
	}
	var made []skein.MediaFile
	var small skein.Attachment
	if d.Thumbnail != nil {
		p, err := s.thumbnail(ctx, d.Thumbnail, &small)
		if err != nil {
			return nil, err
		}
		if made, err = s.keep(ctx, []*product{p}); err != nil {
			return nil, err
		}
	}
	err = s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		if m, err = tx.Media(id); err != nil {
			return err
		}
		if m.Account != who.Account || m.Post != 0 {
			return skein.ErrNotFound
		}
		if err := d.apply(&m.Shown); err != nil {
			return err
		}
		if len(made) > 0 {
			if err := replaceSmall(tx, m, small, made); err != nil {
				return err
			}
		}
		return tx.UpdateMedia(m)
	})
	if err != nil {
		s.drop(ctx, made)
		return nil, err
	}
	return m, nil
}

// Small keeps a picture that is to stand for a file of a post. Who does not put it there calls ForgetSmall.
func (s *Service) Small(ctx context.Context, u *Upload) (*skein.SmallCopy, error) {
	var a skein.Attachment
	p, err := s.thumbnail(ctx, u, &a)
	if err != nil {
		return nil, err
	}
	files, err := s.keep(ctx, []*product{p})
	if err != nil {
		return nil, err
	}
	return &skein.SmallCopy{File: files[0], Width: a.SmallWidth, Height: a.SmallHeight, Blurhash: a.Blurhash}, nil
}

// ForgetSmall takes back what Small kept.
func (s *Service) ForgetSmall(ctx context.Context, list ...*skein.SmallCopy) {
	for _, c := range list {
		if c != nil {
			s.drop(ctx, []skein.MediaFile{c.File})
		}
	}
}

// replaceSmall puts another picture in the place of the one that stands for a file in lists.
func replaceSmall(tx *store.Tx, m *skein.Media, small skein.Attachment, made []skein.MediaFile) error {
	old := m.Shown.SmallKey
	a := &m.Shown
	a.SmallKey, a.SmallType, a.SmallWidth, a.SmallHeight = small.SmallKey, small.SmallType, small.SmallWidth, small.SmallHeight
	a.Blurhash = small.Blurhash
	for _, f := range made {
		m.Bytes += f.Bytes
	}
	if err := tx.AddMediaFiles(m.ID, made...); err != nil {
		return err
	}
	if old == "" || old == a.Key {
		return nil
	}
	return tx.RemoveMediaFiles(old)
}

// product is a file that was made and is to be kept.
type product struct {
	key, mediaType string
	data           []byte
}

// picture makes of an upload what is kept of it: the original rebuilt first, and the smaller copy unless the original is that.
func (s *Service) picture(ctx context.Context, u *Upload, a *skein.Attachment) ([]*product, error) {
	done, err := s.decoding(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p, err := s.decode(ctx, u)
	if err != nil {
		return nil, err
	}
	if p.Frames > 1 && p.Type == picture.GIF && s.Films != nil {
		return nil, errMoves // a film takes a tenth of it, and every client plays it
	}
	a.Type, a.Key, a.Width, a.Height = p.Type, blob.NewKey(kind), p.Width, p.Height
	made := []*product{{a.Key, a.Type, p.Data}}
	small, hash, err := p.Shrink(edge)
	if err != nil {
		return nil, fmt.Errorf("make a smaller copy: %w", err)
	}
	a.Blurhash, a.SmallKey, a.SmallType, a.SmallWidth, a.SmallHeight = hash, a.Key, a.Type, p.Width, p.Height
	if p.Type != picture.JPEG || max(p.Width, p.Height) > edge {
		copied := &product{blob.NewKey(kind), small.Type, small.Data}
		a.SmallKey, a.SmallType, a.SmallWidth, a.SmallHeight = copied.key, small.Type, small.Width, small.Height
		made = append(made, copied)
	}
	return made, nil
}

// thumbnail makes of an upload the picture that stands for another file.
func (s *Service) thumbnail(ctx context.Context, u *Upload, a *skein.Attachment) (*product, error) {
	done, err := s.decoding(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p, err := s.decode(ctx, u)
	if err != nil {
		return nil, errThumbnail
	}
	small, hash, err := p.Shrink(edge)
	if err != nil {
		return nil, fmt.Errorf("make a smaller copy: %w", err)
	}
	made := &product{blob.NewKey(kind), small.Type, small.Data}
	a.Blurhash, a.SmallKey, a.SmallType, a.SmallWidth, a.SmallHeight = hash, made.key, small.Type, small.Width, small.Height
	return made, nil
}

// decode reads an upload, with an error that its sender may read.
func (s *Service) decode(ctx context.Context, u *Upload) (*picture.Picture, error) {
	raw, err := os.ReadFile(u.path)
	if err != nil {
		return nil, fmt.Errorf("read an upload: %w", err)
	}
	if codecs[u.Type] != "" {
		if raw, err = s.plain(ctx, raw); err != nil {
			return nil, err
		}
	}
	p, err := picture.Read(raw, limits)
	switch {
	case errors.Is(err, picture.ErrType):
		return nil, errType
	case errors.Is(err, picture.ErrLarge):
		return nil, errMatrix
	case errors.Is(err, picture.ErrBroken):
		return nil, errBroken
	}
	return p, err
}

// keep puts what was made into the store; all of it, or nothing.
func (s *Service) keep(ctx context.Context, made []*product) (files []skein.MediaFile, err error) {
	for _, p := range made {
		if err := s.Blobs.Put(ctx, p.key, bytes.NewReader(p.data), int64(len(p.data))); err != nil {
			s.drop(ctx, files)
			return nil, fmt.Errorf("keep a file: %w", err)
		}
		files = append(files, skein.MediaFile{Key: p.key, Type: p.mediaType, Bytes: int64(len(p.data))})
	}
	return files, nil
}

// drop takes files back that have no rows. What it does not reach, Tidy will.
func (s *Service) drop(ctx context.Context, files []skein.MediaFile) {
	for _, f := range files {
		if err := s.Blobs.Delete(context.WithoutCancel(ctx), f.Key); err != nil {
			s.Log.Error("a file is left over", "key", f.Key, "err", err)
		}
	}
}
