package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Disk is a Store in a folder of this machine: root/ab/c/abc…, each file written beside its place, synced and renamed, so
// that a crash leaves a whole file or none.
type Disk struct {
	root   string
	noSync bool
}

// NewDisk makes the folder. noSync leaves out the syncs to disk: for tests only.
func NewDisk(root string, noSync bool) (*Disk, error) {
	d := &Disk{root, noSync}
	if err := os.MkdirAll(d.tmp(), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	return d, nil
}

func (d *Disk) tmp() string { return filepath.Join(d.root, "tmp") }

// path is where a file lies. What is no key lies nowhere (T107).
func (d *Disk) path(key string) (string, error) {
	if !IsKey(key) {
		return "", ErrKey
	}
	return filepath.Join(d.root, key[:2], key[2:3], key), nil
}

// Temp makes an empty file on the same disk, for what is then given to Take; the caller closes and, unless it was taken,
// removes it.
func (d *Disk) Temp() (*os.File, error) { return os.CreateTemp(d.tmp(), "in-") }

// Tidy removes what a crash left half written before a moment.
func (d *Disk) Tidy(before time.Time) error {
	list, err := os.ReadDir(d.tmp())
	if err != nil {
		return err
	}
	for _, e := range list {
		if info, err := e.Info(); err == nil && info.ModTime().Before(before) {
			if err := os.Remove(filepath.Join(d.tmp(), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

// Put implements Store.
func (d *Disk) Put(ctx context.Context, key string, from io.Reader, size int64) error {
	if _, err := d.path(key); err != nil {
		return err
	}
	f, err := d.Temp()
	if err != nil {
		return err
	}
	n, err := io.Copy(f, from)
	if err == nil && n != size {
		err = fmt.Errorf("blob: %d bytes came instead of %d", n, size)
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = d.Take(ctx, key, f.Name())
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// Take implements Store.
func (d *Disk) Take(_ context.Context, key, path string) error {
	to, err := d.path(key)
	if err != nil {
		return err
	}
	if err := d.sync(path); err != nil {
		return err
	}
	folder := filepath.Dir(to)
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		if err := errors.Join(d.sync(d.root), d.sync(filepath.Dir(folder))); err != nil {
			return err
		}
	}
	if err := os.Rename(path, to); err != nil {
		return err
	}
	return errors.Join(d.sync(folder), d.sync(filepath.Dir(folder)))
}

// sync makes a file, or the names in a folder, durable.
func (d *Disk) sync(path string) error {
	if d.noSync {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open implements Store.
func (d *Disk) Open(_ context.Context, key string) (File, error) {
	path, err := d.path(key)
	if err != nil {
		return nil, ErrNotFound
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return diskFile{f, info}, nil
}

type diskFile struct {
	*os.File
	info fs.FileInfo
}

func (f diskFile) Size() int64        { return f.info.Size() }
func (f diskFile) ModTime() time.Time { return f.info.ModTime() }

// Delete implements Store.
func (d *Disk) Delete(_ context.Context, keys ...string) error {
	var faults error
	for _, key := range keys {
		path, err := d.path(key)
		if err == nil {
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			faults = errors.Join(faults, err)
		}
	}
	return faults
}

// List implements Store.
func (d *Disk) List(ctx context.Context, prefix, after string, limit int) ([]Info, error) {
	var out []Info
	// Names of two letters, of one, and keys: each level narrows what the prefix and after leave.
	within := func(name string) bool {
		n := min(len(name), len(prefix))
		m := min(len(name), len(after))
		return name[:n] == prefix[:n] && name[:m] >= after[:m]
	}
	names := func(path string) ([]string, error) {
		list, err := os.ReadDir(path) // in order
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		out := make([]string, len(list))
		for i, e := range list {
			out[i] = e.Name()
		}
		return out, err
	}
	firsts, err := names(d.root)
	if err != nil {
		return nil, err
	}
	for _, a := range firsts {
		if len(a) != 2 || !within(a) {
			continue
		}
		seconds, err := names(filepath.Join(d.root, a))
		if err != nil {
			return nil, err
		}
		for _, b := range seconds {
			if !within(a + b) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			keys, err := names(filepath.Join(d.root, a, b))
			if err != nil {
				return nil, err
			}
			for _, key := range keys {
				if key <= after || !strings.HasPrefix(key, prefix) || !IsKey(key) {
					continue
				}
				info, err := os.Stat(filepath.Join(d.root, a, b, key))
				if errors.Is(err, fs.ErrNotExist) {
					continue
				}
				if err != nil {
					return nil, err
				}
				out = append(out, Info{key, info.Size(), info.ModTime()})
				if len(out) == limit {
					return out, nil
				}
			}
		}
	}
	return out, nil
}
