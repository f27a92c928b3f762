// Package media keeps the rules of files that people send: which are taken, what is made of them, who may have them, and when
// they go. Files lie in kit/blob, pictures are read by kit/picture, rows are the store's. Files are on disk before their rows
// are, and their rows are gone before they are: what a crash leaves over is a file that nobody knows, which Tidy removes.
package media

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"skein/internal/kit/blob"
	"skein/internal/kit/film"
	"skein/internal/kit/picture"
	"skein/internal/skein"
	"skein/internal/store"
)

// Service keeps the rules for all sites of the process. Fill the fields, then call Start.
type Service struct {
	DB    *store.DB
	Blobs blob.Store
	Temp  func() (*os.File, error) // an empty file on this machine, best on the disk of Blobs
	Log   *slog.Logger

	PictureBytes int64 // the largest picture that is taken; 0: 16 MiB
	ClipBytes    int64 // the largest film or sound; 0: 99 MiB

	Films *film.Tools // nil: films and sounds are not taken
	Node  string      // name of this process among those that share the database

	slots   chan struct{} // who holds one may decode
	probes  chan struct{} // who holds one may look into a film
	filmDue chan struct{}

	mu      sync.Mutex
	sending map[skein.ID]*senders // by account
	swept   string                // key up to which Tidy has looked
}

// kind is the first letter of the keys of uploads. What else keeps files in the same store takes another one: Tidy removes
// files of this kind that no media has.
const kind = 'm'

// Bounds of what one person may have under way or lying about (T113).
const (
	maxSending   = 4
	maxWaiting   = 2 * skein.MaxAttachments // that wait until one of those has arrived
	maxFree      = 200                      // media that no post has
	maxFreeBytes = 1 << 30                  // of them together
)

// Pixels is how many a picture may have.
const Pixels = 33_177_600

// edge is the longer edge of the copy that lists show. A JPEG no larger is shown as it is (dependencies: Media).
const edge = 1080

// Start makes what the methods need.
func (s *Service) Start() {
	if s.Log == nil {
		s.Log = slog.Default()
	}
	if s.PictureBytes == 0 {
		s.PictureBytes = 16 << 20
	}
	if s.ClipBytes == 0 {
		s.ClipBytes = 99 << 20
	}
	s.slots = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)) // one picture for each two cores
	s.probes, s.filmDue = make(chan struct{}, filmProbes), make(chan struct{}, 1)
	s.sending = map[skein.ID]*senders{}
}

// Types are the media types that are taken, for the instance's description.
func (s *Service) Types() []string {
	return slices.Concat(picture.Types(), s.stillTypes(), s.filmTypes())
}

// What people read whose file is not taken.
var (
	limits = picture.Limits{Pixels: Pixels, Decoded: 200 << 20, Frames: 600} // T103

	errType      = skein.Errorf(skein.Invalid, "File type of uploaded media could not be verified")
	errBroken    = skein.Errorf(skein.Invalid, "Validation failed: The picture is damaged and cannot be read")
	errMatrix    = skein.Errorf(skein.Invalid, "Validation failed: The picture has too many pixels or frames (at most 33 megapixels, 600 frames)")
	errThumbnail = skein.Errorf(skein.Invalid, "Error processing thumbnail for uploaded media")
	errInUse     = skein.Errorf(skein.Invalid, "Media attachment is currently used by a status")
	errVisitor   = skein.Errorf(skein.Unauthorized, "This method requires an authenticated user")
	errSending   = skein.Errorf(skein.Busy, "You are sending %d files already. Wait until some have arrived.", maxSending+maxWaiting)
	errFull      = skein.Errorf(skein.Invalid, "You have too many files that are part of no post. Post them, delete some, or wait a day.")
)

// decoding waits until it may decode; call done afterwards.
func (s *Service) decoding(ctx context.Context) (done func(), err error) {
	select {
	case s.slots <- struct{}{}:
		return func() { <-s.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// mine returns the viewer's account, which must be one that may act.
func mine(tx *store.Tx, who skein.Viewer) error {
	a, err := tx.Account(who.Account)
	if err != nil {
		return err
	}
	if !a.Local || a.Gone() {
		return skein.Errorf(skein.Denied, "Your login is currently disabled")
	}
	return nil
}

// Media returns a file of the viewer that is part of no post yet.
func (s *Service) Media(ctx context.Context, who skein.Viewer, id skein.ID) (m *skein.Media, err error) {
	if who.Visitor() {
		return nil, errVisitor
	}
	err = s.DB.View(ctx, who.Site, func(tx *store.Tx) error {
		m, err = tx.Media(id)
		if err == nil && (m.Account != who.Account || m.Post != 0) {
			err = skein.ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// Delete removes a file of the viewer that is part of nothing.
func (s *Service) Delete(ctx context.Context, who skein.Viewer, id skein.ID) error {
	if who.Visitor() {
		return errVisitor
	}
	return s.DB.Update(ctx, who.Site, func(tx *store.Tx) error {
		m, err := tx.Media(id)
		switch {
		case err != nil:
			return err
		case m.Account != who.Account:
			return skein.ErrNotFound
		case m.Post != 0 || m.Scheduled != 0:
			return errInUse
		}
		return tx.DeleteMedia([]skein.ID{id})
	})
}

// Remove takes files out of the store whose rows are gone.
func (s *Service) Remove(ctx context.Context, e skein.MediaGone) error {
	return s.Blobs.Delete(ctx, e.Keys...)
}

// File is a stored file on its way to somebody.
type File struct {
	blob.File
	Key, Type string
	Public    bool // everybody may have it, and any cache may keep it
}

// Open opens a file for whoever asks: files of posts that everybody may read, and others with a link that was signed for it
// and has not ended. What is not for the one who asks is not there (T110, T153).
func (s *Service) Open(ctx context.Context, site skein.ID, key string, signed bool) (*File, error) {
	if blob.IsKey(key) && key[0] == portraitKind {
		return s.openPortrait(ctx, site, key)
	}
	if !blob.IsKey(key) || key[0] != kind {
		return nil, skein.ErrNotFound
	}
	var m *store.ServedMedia
	err := s.DB.View(ctx, site, func(tx *store.Tx) (err error) {
		m, err = tx.ServedMedia(key)
		return err
	})
	if err != nil {
		return nil, err
	}
	post := skein.Post{Visibility: m.Visibility, Held: m.Held}
	open := m.Post != 0 && post.Open()
	if m.Gone || !open && !signed {
		return nil, skein.ErrNotFound
	}
	f, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, skein.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &File{File: f, Key: m.Key, Type: m.Type, Public: open}, nil
}

// openPortrait opens a picture of a profile or an emoji, which is everybody's.
func (s *Service) openPortrait(ctx context.Context, site skein.ID, key string) (*File, error) {
	var m *skein.MediaFile
	err := s.DB.View(ctx, site, func(tx *store.Tx) (err error) {
		m, err = tx.ServedPicture(key)
		return err
	})
	if err != nil {
		return nil, err
	}
	f, err := s.Blobs.Open(ctx, key)
	if errors.Is(err, blob.ErrNotFound) {
		return nil, skein.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &File{File: f, Key: m.Key, Type: m.Type, Public: true}, nil
}

const (
	pruneAtOnce = 200
	sweepAtOnce = 1000
	sweeps      = 20 // in one Tidy
)

// Tidy removes what has expired, and files that nobody knows. Call it now and then.
func (s *Service) Tidy(ctx context.Context) error {
	for n := pruneAtOnce; n == pruneAtOnce; {
		err := s.DB.Update(ctx, 0, func(tx *store.Tx) (err error) {
			n, err = tx.PruneMedia(tx.Now(), pruneAtOnce)
			return err
		})
		if err != nil {
			return err
		}
	}
	if d, ok := s.Blobs.(interface{ Tidy(before time.Time) error }); ok {
		if err := d.Tidy(s.DB.Now().Add(-skein.FreeTime)); err != nil {
			return err
		}
	}
	for range sweeps {
		if done, err := s.sweep(ctx); done || err != nil {
			return err
		}
	}
	return nil
}

// sweep looks at some files, and tells whether it came to the end; the next one begins there, or anew.
func (s *Service) sweep(ctx context.Context) (done bool, err error) {
	s.mu.Lock()
	after := s.swept
	s.mu.Unlock()
	of := string(kind)
	if strings.HasPrefix(after, string(portraitKind)) {
		of = string(portraitKind)
	}
	list, err := s.Blobs.List(ctx, of, after, sweepAtOnce)
	if err != nil {
		return false, err
	}
	var old []string
	for _, f := range list {
		after = f.Key
		if f.Time.Before(s.DB.Now().Add(-skein.FreeTime)) { // younger ones may be on their way to their rows
			old = append(old, f.Key)
		}
	}
	if done = len(list) < sweepAtOnce; done {
		if after = ""; of == string(kind) {
			after, done = string(portraitKind), false // then those
		}
	}
	if len(old) > 0 {
		known := map[string]bool{}
		if err := s.DB.View(ctx, 0, func(tx *store.Tx) error {
			keys, err := tx.KnownMediaFiles(old)
			if of == string(portraitKind) {
				keys, err = tx.KnownPictures(old)
			}
			for _, k := range keys {
				known[k] = true
			}
			return err
		}); err != nil {
			return false, err
		}
		var lost []string
		for _, k := range old {
			if !known[k] {
				lost = append(lost, k)
			}
		}
		if err := s.Blobs.Delete(ctx, lost...); err != nil {
			return false, err
		}
	}
	s.mu.Lock()
	s.swept = after
	s.mu.Unlock()
	return done, nil
}
