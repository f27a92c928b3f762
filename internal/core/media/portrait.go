package media

import (
	"context"
	"errors"

	"skein/internal/kit/blob"
	"skein/internal/kit/picture"
	"skein/internal/skein"
)

// portraitKind is the first letter of the keys of pictures that are part of no post: of profiles, and the site's emoji.
const portraitKind = 'p'

// Sizes of pictures, as Mastodon makes them.
const (
	portraitBytes    = 8 << 20
	movingPortrait   = 2 << 20 // a picture that moves is kept as it is up to here, else it stands still
	EmojiBytes       = 256 << 10
	emojiEdge        = 512
	emojiFrames      = 300
	avatarEdge       = 400
	headerW, headerH = 1500, 500
)

var (
	errPortrait      = skein.Errorf(skein.Invalid, "Validation failed: A profile's picture must be JPEG, PNG, GIF or WebP")
	errPortraitLarge = skein.Errorf(skein.Invalid, "Validation failed: File size must be less than %d MB", portraitBytes>>20)
	errEmoji         = skein.Errorf(skein.Invalid, "An emoji is a PNG, GIF or WebP file of at most %d KB and %d by %d pixels.", EmojiBytes>>10, emojiEdge, emojiEdge)
)

// Avatar makes the round picture of a profile of an upload: its middle, 400 by 400. The files are kept; who does not put
// them into a profile calls Forget.
func (s *Service) Avatar(ctx context.Context, site *skein.Site, u *Upload) (*skein.Portrait, error) {
	return s.portrait(ctx, site, u, avatarEdge, avatarEdge)
}

// Header makes the wide picture of a profile: 1500 by 500.
func (s *Service) Header(ctx context.Context, site *skein.Site, u *Upload) (*skein.Portrait, error) {
	return s.portrait(ctx, site, u, headerW, headerH)
}

func (s *Service) portrait(ctx context.Context, site *skein.Site, u *Upload, w, h int) (*skein.Portrait, error) {
	switch {
	case isFilm(u.Type):
		return nil, errPortrait
	case u.Size > portraitBytes:
		return nil, errPortraitLarge
	}
	done, err := s.decoding(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p, err := s.decode(ctx, u)
	if err != nil {
		return nil, err
	}
	still, err := p.Fill(w, h)
	if err != nil {
		return nil, err
	}
	made := []*product{{blob.NewKey(portraitKind), still.Type, still.Data}}
	if p.Frames > 1 && len(p.Data) <= movingPortrait {
		made = append([]*product{{blob.NewKey(portraitKind), p.Type, p.Data}}, made...)
	}
	return s.keepPortrait(ctx, site, made)
}

// keepPortrait keeps a picture, and the still after it if it moves.
func (s *Service) keepPortrait(ctx context.Context, site *skein.Site, made []*product) (*skein.Portrait, error) {
	files, err := s.keep(ctx, made)
	if err != nil {
		return nil, err
	}
	p := &skein.Portrait{URL: site.URL(skein.FilePath(made[0].key, made[0].mediaType)), Files: files}
	if len(made) > 1 {
		p.Static = site.URL(skein.FilePath(made[1].key, made[1].mediaType))
	}
	return p, nil
}

// Emoji makes a custom emoji of a file: as it is but for what does not belong in it, and a still if it moves.
func (s *Service) Emoji(ctx context.Context, site *skein.Site, raw []byte) (*skein.Portrait, error) {
	if len(raw) > EmojiBytes {
		return nil, errEmoji
	}
	done, err := s.decoding(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	p, err := picture.Read(raw, picture.Limits{Pixels: emojiEdge * emojiEdge, Decoded: 8 * emojiEdge * emojiEdge, Frames: emojiFrames})
	if errors.Is(err, picture.ErrType) || errors.Is(err, picture.ErrBroken) || errors.Is(err, picture.ErrLarge) ||
		err == nil && (p.Type == picture.JPEG || p.Width > emojiEdge || p.Height > emojiEdge) {
		return nil, errEmoji
	}
	if err != nil {
		return nil, err
	}
	made := []*product{{blob.NewKey(portraitKind), p.Type, p.Data}}
	if p.Frames > 1 {
		still, _, err := p.Shrink(emojiEdge)
		if err != nil {
			return nil, err
		}
		made = append(made, &product{blob.NewKey(portraitKind), still.Type, still.Data})
	}
	return s.keepPortrait(ctx, site, made)
}

// Forget takes back what was kept for a profile or an emoji and is not put there after all.
func (s *Service) Forget(ctx context.Context, list ...*skein.Portrait) {
	for _, p := range list {
		if p != nil {
			s.drop(ctx, p.Files)
		}
	}
}

// Still makes a picture that does not move of one that may, for who shows pictures of other servers.
func (s *Service) Still(ctx context.Context, raw []byte) (still []byte, end string, err error) {
	done, err := s.decoding(ctx)
	if err != nil {
		return nil, "", err
	}
	defer done()
	p, err := picture.Read(raw, limits)
	if err != nil {
		return nil, "", err
	}
	if p.Frames < 2 {
		return p.Data, skein.Extension(p.Type), nil
	}
	c, _, err := p.Shrink(edge)
	if err != nil {
		return nil, "", err
	}
	return c.Data, skein.Extension(c.Type), nil
}
