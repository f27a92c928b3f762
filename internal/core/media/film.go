package media

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"skein/internal/kit/blob"
	"skein/internal/kit/film"
	"skein/internal/kit/picture"
	"skein/internal/skein"
	"skein/internal/store"
)

// Films, sounds and pictures that move take long to be made into what can be shown. So they stand in a queue of their own,
// which holds up no post and no delivery: few are worked on at once, one of each person, and those who wait take turns (T114).

// Limits of films (product.md, "Limits"; mastodon-api.md 4.26).
const (
	FilmMatrix    = 8_294_400 // pixels
	FilmRate      = 120       // pictures in a second
	filmSeconds   = 3 * 60
	soundSeconds  = 3 * 60 * 60
	maxFilms      = skein.MaxAttachments // of one person, that wait
	maxFilmTries  = 3
	filmLease     = 2 * time.Minute
	filmRenewal   = 30 * time.Second
	filmWait      = 5 * time.Second
	filmProbes    = 2
	filmOutput    = 104_857_600 // what strict peers take (media-federation.md 3)
	unfinishedKey = "application/octet-stream"
)

// What people read whose film is not taken.
var (
	errNoFilms  = skein.Errorf(skein.Invalid, "Films and sounds cannot be taken here: this server has no ffmpeg. Pictures can.")
	errFilm     = skein.Errorf(skein.Invalid, "File type of uploaded media could not be verified")
	errFilmLong = skein.Errorf(skein.Invalid, "Validation failed: A film may last %d minutes, and a sound %d hours", filmSeconds/60, soundSeconds/3600)
	errFilmSize = skein.Errorf(skein.Invalid, "Validation failed: A film may have %d pixels and %d pictures in a second", FilmMatrix, FilmRate)
	errFilms    = skein.Errorf(skein.Busy, "%d of your films are being worked on. Wait until one is done.", maxFilms)
	errMoves    = errors.New("the picture moves")
)

// fitFilm keeps the limits.
func fitFilm(i *film.Info) error {
	switch {
	case i.Moving() && i.Seconds > filmSeconds+1, i.Seconds > soundSeconds:
		return errFilmLong
	case i.Width*i.Height > FilmMatrix, i.FPS > FilmRate+1:
		return errFilmSize
	}
	return nil
}

// createFilm keeps an upload as it came and queues it. What cannot be read at all is refused at once.
func (s *Service) createFilm(ctx context.Context, who skein.Viewer, u *Upload, d Draft, m *skein.Media) (*skein.Media, error) {
	info, err := s.look(ctx, u)
	if err != nil {
		return nil, err
	}
	a := &m.Shown
	m.State, a.Type = skein.MediaWorking, "audio/mpeg"
	if info.Moving() {
		a.Type, a.Loop, a.Width, a.Height = "video/mp4", u.Type == picture.GIF, info.Width, info.Height
	}
	a.Seconds = info.Seconds
	var made []*product
	if d.Thumbnail != nil {
		small, err := s.thumbnail(ctx, d.Thumbnail, a)
		if err != nil {
			return nil, err
		}
		made = append(made, small)
	}
	files, err := s.keep(ctx, made)
	if err != nil {
		return nil, err
	}
	raw := skein.MediaFile{Key: blob.NewKey(kind), Type: unfinishedKey, Bytes: u.Size} // of no type that is ever served
	if err := s.Blobs.Take(ctx, raw.Key, u.path); err != nil {
		s.drop(ctx, files)
		return nil, fmt.Errorf("keep an upload: %w", err)
	}
	u.path = ""
	files = append(files, raw)
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
		if n, err := tx.Films(who.Account); err != nil || n >= maxFilms {
			return errors.Join(err, errFilms)
		}
		m.ID, m.CreatedAt = tx.NewID(), tx.Now()
		m.Shown.Media, m.ExpiresAt = m.ID, m.CreatedAt.Add(skein.FreeTime)
		if err := tx.InsertMedia(m, files...); err != nil {
			return err
		}
		return tx.InsertFilm(&store.Film{Media: m.ID, Account: who.Account, Key: raw.Key})
	})
	if err != nil {
		s.drop(ctx, files)
		return nil, err
	}
	s.wakeFilms()
	return m, nil
}

// look tells what is in an upload, and whether it is within the limits. Few looks are taken at once.
func (s *Service) look(ctx context.Context, u *Upload) (*film.Info, error) {
	select {
	case s.probes <- struct{}{}:
		defer func() { <-s.probes }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	f, err := os.Open(u.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := s.Films.Open(ctx, f, s.ClipBytes)
	switch {
	case errors.Is(err, film.ErrBad):
		s.Log.Info("a film is refused", "err", err)
		return nil, errFilm
	case err != nil:
		return nil, err
	}
	defer c.Close()
	return &c.Info, fitFilm(&c.Info)
}

func (s *Service) wakeFilms() {
	select {
	case s.filmDue <- struct{}{}:
	default:
	}
}

// RunFilms works until ctx ends.
func (s *Service) RunFilms(ctx context.Context) error {
	if s.Films == nil {
		<-ctx.Done()
		return nil
	}
	// What this node had in hand when it ended is begun anew. Nodes of PostgreSQL have a new name each time: there the lease ends.
	if err := s.DB.Update(ctx, 0, func(tx *store.Tx) error { return tx.ReleaseFilms(s.Node) }); err != nil {
		return err
	}
	var workers sync.WaitGroup
	for range cap(s.slots) {
		workers.Go(func() {
			for ctx.Err() == nil {
				did, err := s.WorkFilm(ctx)
				if err != nil && ctx.Err() == nil {
					s.Log.Error("film", "err", err)
				}
				if did && err == nil {
					continue
				}
				select {
				case <-ctx.Done():
				case <-s.filmDue:
				case <-time.After(filmWait):
				}
			}
		})
	}
	workers.Wait()
	return nil
}

// WorkFilm makes the next film that waits, and tells whether there was one.
func (s *Service) WorkFilm(ctx context.Context) (did bool, err error) {
	var f *store.Film
	err = s.DB.Update(ctx, 0, func(tx *store.Tx) (err error) {
		now := tx.Now()
		f, err = tx.ClaimFilm(s.Node, now, now.Add(filmLease))
		return err
	})
	if err != nil || f == nil {
		return false, err
	}
	s.wakeFilms() // another may wait
	work, cancel := context.WithCancel(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { s.renewFilm(work, cancel, f) })
	err = s.finishFilm(work, f)
	cancel()
	renewing.Wait()
	if err != nil {
		late := context.WithoutCancel(ctx)
		if f.Tries >= maxFilmTries && ctx.Err() == nil {
			return true, errors.Join(err, s.failFilm(late, f))
		}
		return true, errors.Join(err, s.DB.Update(late, 0, func(tx *store.Tx) error { return tx.ReleaseFilm(f.Media, s.Node) }))
	}
	return true, nil
}

// renewFilm keeps the lease while the work goes on, and ends the work when the lease is lost.
func (s *Service) renewFilm(ctx context.Context, cancel func(), f *store.Film) {
	tick := time.NewTicker(filmRenewal)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var ours bool
		err := s.DB.Update(ctx, 0, func(tx *store.Tx) (err error) {
			ours, err = tx.RenewFilm(f.Media, s.Node, tx.Now().Add(filmLease))
			return err
		})
		if err == nil && !ours {
			cancel()
		}
	}
}

// finishFilm makes what can be shown, and stores it. A film that cannot be read has failed for good.
func (s *Service) finishFilm(ctx context.Context, f *store.Film) error {
	var m *skein.Media
	err := s.DB.View(ctx, f.Site, func(tx *store.Tx) (err error) {
		m, err = tx.Media(f.Media)
		return err
	})
	if skein.KindOf(err) == skein.NotFound || err == nil && m.State != skein.MediaWorking { // nobody waits for it any more
		return s.DB.Update(ctx, f.Site, func(tx *store.Tx) error {
			_, err := tx.RemoveFilm(f.Media, s.Node)
			return err
		})
	}
	if err != nil {
		return err
	}
	made, shown, err := s.makeFilm(ctx, f, m)
	known := (*skein.Error)(nil)
	switch {
	case errors.Is(err, film.ErrBad), errors.Is(err, film.ErrLarge), errors.As(err, &known):
		s.Log.Info("a film cannot be made", "media", f.Media, "err", err)
		return s.failFilm(ctx, f)
	case err != nil:
		return err
	}
	kept := false
	err = s.DB.Update(ctx, f.Site, func(tx *store.Tx) error {
		kept = false
		ours, err := tx.RemoveFilm(f.Media, s.Node)
		if err != nil || !ours {
			return err
		}
		m, err := tx.Media(f.Media)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		files := made
		if m.Shown.SmallKey != "" && len(files) > 1 { // its owner has chosen a picture for it
			files = files[:1]
		}
		m.State, m.Bytes = skein.MediaReady, 0
		shown.merge(&m.Shown)
		for _, file := range files {
			m.Bytes += file.Bytes
		}
		if err := tx.AddMediaFiles(m.ID, files...); err != nil {
			return err
		}
		if err := tx.RemoveMediaFiles(f.Key); err != nil {
			return err
		}
		kept = true
		return tx.UpdateMedia(m)
	})
	if err != nil || !kept {
		s.drop(ctx, made)
	}
	return err
}

// shownFilm is what was found out about a film, and the picture that stands for it.
type shownFilm struct{ skein.Attachment }

// merge puts it beside what its owner said of it meanwhile.
func (n *shownFilm) merge(a *skein.Attachment) {
	o := n.Attachment
	o.Media, o.Description, o.FocusX, o.FocusY = a.Media, a.Description, a.FocusX, a.FocusY
	if a.SmallKey != "" {
		o.SmallKey, o.SmallType, o.SmallWidth, o.SmallHeight, o.Blurhash = a.SmallKey, a.SmallType, a.SmallWidth, a.SmallHeight, a.Blurhash
	}
	*a = o
}

// makeFilm runs the programs and keeps what they made: the film or sound first, then its picture.
func (s *Service) makeFilm(ctx context.Context, f *store.Film, m *skein.Media) (files []skein.MediaFile, shown *shownFilm, err error) {
	raw, err := s.Blobs.Open(ctx, f.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("open an upload: %w", err)
	}
	defer raw.Close()
	c, err := s.Films.Open(ctx, raw, s.ClipBytes)
	if err != nil {
		return nil, nil, err
	}
	defer c.Close()
	if err := fitFilm(&c.Info); err != nil {
		return nil, nil, err
	}
	make := c.Sound
	if c.Moving() {
		make = c.Film
	}
	out, err := make(ctx, filmOutput)
	if err != nil {
		return nil, nil, err
	}
	shown = &shownFilm{skein.Attachment{
		Type: out.Type, Key: blob.NewKey(kind), Loop: m.Shown.Loop,
		Width: out.Width, Height: out.Height, Seconds: out.Seconds, Rate: out.Rate, Bitrate: out.Bitrate,
		Sound: out.Audio, SampleRate: out.SampleRate, Channels: out.Channels,
	}}
	var small *product
	if out.Moving() || c.Cover {
		if small, err = s.still(ctx, c, &shown.Attachment); err != nil && out.Moving() {
			return nil, nil, err
		}
	}
	in, err := os.Open(out.Path)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()
	if err := s.Blobs.Put(ctx, shown.Key, in, out.Bytes); err != nil {
		return nil, nil, fmt.Errorf("keep a film: %w", err)
	}
	files = []skein.MediaFile{{Key: shown.Key, Type: out.Type, Bytes: out.Bytes}}
	if small != nil {
		more, err := s.keep(ctx, []*product{small})
		if err != nil {
			s.drop(ctx, files)
			return nil, nil, err
		}
		files = append(files, more...)
	}
	return files, shown, nil
}

// still makes the picture that stands for a film or a sound, by way of our own reader of pictures.
func (s *Service) still(ctx context.Context, c *film.Clip, a *skein.Attachment) (*product, error) {
	path, err := c.Still(ctx)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	small, err := s.thumbnail(ctx, &Upload{Type: picture.JPEG, Size: info.Size(), path: path}, a)
	if errors.Is(err, errThumbnail) {
		return nil, fmt.Errorf("%w: its picture cannot be read", film.ErrBad)
	}
	return small, err
}

// failFilm says of a film that nothing will come of it.
func (s *Service) failFilm(ctx context.Context, f *store.Film) error {
	return s.DB.Update(ctx, f.Site, func(tx *store.Tx) error {
		ours, err := tx.RemoveFilm(f.Media, s.Node)
		if err != nil || !ours {
			return err
		}
		m, err := tx.Media(f.Media)
		if skein.KindOf(err) == skein.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		m.State, m.Bytes = skein.MediaFailed, 0
		if err := tx.RemoveMediaFiles(f.Key); err != nil {
			return err
		}
		return tx.UpdateMedia(m)
	})
}

// Ready waits a while for a file that is worked on, and returns it as it is then.
func (s *Service) Ready(ctx context.Context, who skein.Viewer, m *skein.Media, most time.Duration) (*skein.Media, error) {
	end := time.After(most)
	for m.State == skein.MediaWorking {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-end:
			return m, nil
		case <-time.After(500 * time.Millisecond):
		}
		var err error
		if m, err = s.Media(ctx, who, m.ID); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// filmTypes are the media types of films and sounds, for the instance's description.
func (s *Service) filmTypes() []string {
	if s.Films == nil {
		return nil
	}
	return film.Types()
}

// isFilm tells whether the type of an upload is that of a film or sound.
func isFilm(mediaType string) bool {
	return strings.HasPrefix(mediaType, "video/") || strings.HasPrefix(mediaType, "audio/")
}
