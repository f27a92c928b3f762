package media

import (
	"context"
	"errors"

	"skein/internal/kit/film"
	"skein/internal/kit/heif"
	"skein/internal/kit/picture"
	"skein/internal/skein"
)

// Pictures of telephones (HEIC, AVIF) are decoded outside of the process and kept as JPEG: not all browsers show them.

// codecs are the streams in those pictures, by media type.
var codecs = map[string]string{heif.HEIC: film.HEVC, heif.AVIF: film.AV1}

var errNoStills = skein.Errorf(skein.Invalid, "HEIC and AVIF pictures cannot be taken here: this server has no ffmpeg that reads them. JPEG, PNG, GIF and WebP can.")

// stillTypes are the media types of those that can be read here.
func (s *Service) stillTypes() []string {
	var list []string
	if s.Films.Decodes(film.HEVC) {
		list = append(list, heif.HEIC, "image/heif")
	}
	if s.Films.Decodes(film.AV1) {
		list = append(list, heif.AVIF)
	}
	return list
}

// plain makes a JPEG of such a picture, with its colour profile and its turn. The size is looked at before anything is decoded.
func (s *Service) plain(ctx context.Context, raw []byte) ([]byte, error) {
	p, err := heif.Read(raw, limits.Pixels)
	switch {
	case errors.Is(err, heif.ErrLarge):
		return nil, errMatrix
	case err != nil:
		return nil, errBroken
	}
	made, err := s.Films.Picture(ctx, p.Stream, film.Tiled{Codec: codecs[p.Type], Columns: p.Columns, Rows: p.Rows, Width: p.Width, Height: p.Height})
	switch {
	case errors.Is(err, film.ErrBad):
		s.Log.Info("a picture is refused", "err", err)
		return nil, errBroken
	case errors.Is(err, film.ErrAbsent): // of the other codec than the file's first words say
		return nil, errNoStills
	case err != nil:
		return nil, err
	}
	return picture.Dress(made, p.Turn, p.Profile), nil
}
