// Package shelf keeps files on disk that can be got anew at any time: a bounded number of bytes, of which those that nobody
// read for longest go first. What it holds is known by the names of the files alone, so nothing is lost by a crash but what
// was being written.
package shelf

import (
	"cmp"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Shelf is a folder of files. It is safe for concurrent use; one process has the folder.
type Shelf struct {
	dir   string
	most  int64
	clock func() time.Time
	once  sync.Once

	mu    sync.Mutex
	files map[string]*list.Element // by name, of *file
	order *list.List               // the last read first
	bytes int64
}

type file struct {
	name   string // key, a dot, kind
	bytes  int64
	put    time.Time
	marked time.Time // when its reading was last noted on disk
}

// File is one file that is being read. Close it.
type File struct {
	*os.File
	Kind string
	Size int64
	Put  time.Time // when it was laid down
}

// noteEvery is how often it is noted on disk that a file is read: the order need only roughly outlive a restart.
const noteEvery = time.Hour

// New names a folder, which holds at most so many bytes. It is looked through when it is first used, so that what only
// might use it neither waits nor disturbs who does.
func New(dir string, most int64, clock func() time.Time) *Shelf {
	return &Shelf{dir: dir, most: most, clock: clock, files: map[string]*list.Element{}, order: list.New()}
}

// begin looks through the folder, once. What cannot be looked at holds nothing.
func (s *Shelf) begin() {
	s.once.Do(func() {
		type found struct {
			f    *file
			read time.Time
		}
		var all []found
		_ = filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			info, err := d.Info()
			if err != nil || strings.HasPrefix(d.Name(), "new-") || !d.Type().IsRegular() { // was being written
				_ = os.Remove(path)
				return nil
			}
			if len(d.Name()) < keyLen+2 { // nothing of ours
				return nil
			}
			all = append(all, found{&file{name: d.Name(), bytes: info.Size(), put: info.ModTime(), marked: info.ModTime()}, info.ModTime()})
			return nil
		})
		slices.SortFunc(all, func(a, b found) int { return cmp.Compare(b.read.UnixNano(), a.read.UnixNano()) })
		s.mu.Lock()
		for _, f := range all {
			s.files[f.f.name] = s.order.PushBack(f.f)
			s.bytes += f.f.bytes
		}
		gone := s.surplus()
		s.mu.Unlock()
		s.remove(gone)
	})
}

// Key makes a key of what says which file is meant: its parts are told apart.
func Key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:keyLen/2])
}

const keyLen = 40

func (s *Shelf) path(name string) string { return filepath.Join(s.dir, name[:2], name) }

// Get opens what lies under a key, one of the kinds named.
func (s *Shelf) Get(key string, kinds ...string) (*File, bool) {
	s.begin()
	now := s.clock()
	s.mu.Lock()
	var f file
	var note bool
	for _, kind := range kinds {
		if e := s.files[key+"."+kind]; e != nil {
			s.order.MoveToFront(e)
			kept := e.Value.(*file)
			if note = now.Sub(kept.marked) > noteEvery; note {
				kept.marked = now
			}
			f = *kept
			break
		}
	}
	s.mu.Unlock()
	if f.name == "" {
		return nil, false
	}
	open, err := os.Open(s.path(f.name))
	if err != nil { // somebody else tidied up
		s.Drop(key, kinds...)
		return nil, false
	}
	if note {
		_ = os.Chtimes(s.path(f.name), now, now) // only the order after a restart hangs on it
	}
	return &File{File: open, Kind: strings.TrimPrefix(f.name, key+"."), Size: f.bytes, Put: f.put}, true
}

// ErrLarge says that a file is more than the shelf holds.
var ErrLarge = errors.New("larger than the whole shelf")

// Put lays a file down under a key; kind is a few letters that say what it is. What is there already is replaced.
func (s *Shelf) Put(key, kind string, from io.Reader) error {
	s.begin()
	name := key + "." + kind
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(s.dir, "new-")
	if err != nil {
		return err
	}
	n, err := io.Copy(tmp, io.LimitReader(from, s.most+1))
	if err = errors.Join(err, tmp.Close()); err == nil && n > s.most {
		err = ErrLarge
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.path(name)), 0o700)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), s.path(name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	now := s.clock()
	s.mu.Lock()
	if old := s.files[name]; old != nil {
		s.bytes -= old.Value.(*file).bytes
		s.order.Remove(old)
	}
	s.files[name] = s.order.PushFront(&file{name: name, bytes: n, put: now, marked: now})
	s.bytes += n
	gone := s.surplus()
	s.mu.Unlock()
	s.remove(gone)
	return nil
}

// Drop takes what lies under a key away, of the kinds named.
func (s *Shelf) Drop(key string, kinds ...string) {
	s.begin()
	var gone []string
	s.mu.Lock()
	for _, kind := range kinds {
		if e := s.files[key+"."+kind]; e != nil {
			gone = append(gone, s.forget(e))
		}
	}
	s.mu.Unlock()
	s.remove(gone)
}

// Bytes tells how much lies here.
func (s *Shelf) Bytes() int64 {
	s.begin()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}

// surplus forgets the files that are too many. The lock is held.
func (s *Shelf) surplus() (gone []string) {
	for s.bytes > s.most {
		gone = append(gone, s.forget(s.order.Back()))
	}
	return gone
}

func (s *Shelf) forget(e *list.Element) string {
	f := e.Value.(*file)
	s.order.Remove(e)
	delete(s.files, f.name)
	s.bytes -= f.bytes
	return f.name
}

// remove deletes files that are forgotten; the lock is not held. One that was laid down anew meanwhile stays.
func (s *Shelf) remove(names []string) {
	for _, name := range names {
		s.mu.Lock()
		back := s.files[name] != nil
		s.mu.Unlock()
		if !back {
			_ = os.Remove(s.path(name)) // what cannot be removed is found at the next start
		}
	}
}
