package media

import (
	"context"
	"io"

	"skein/internal/skein"
)

// Keep takes a file out of an archive that somebody brought, as if they sent it now.
func (s *Service) Keep(ctx context.Context, who skein.Viewer, from io.Reader, description string) (*skein.Media, error) {
	u, err := s.Receive(ctx, who, from)
	if err != nil {
		return nil, err
	}
	defer u.Close()
	return s.Create(ctx, who, u, Draft{Description: &description})
}
