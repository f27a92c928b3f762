// Package film looks at clips and sounds that strangers made and turns them into files that every browser plays, by ffmpeg
// and ffprobe where these programs are installed. They are kept as far away as possible: processes of their own with bounds
// on time, memory and output, in a folder that holds nothing but the file, with a closed list of formats and decoders, and
// with no names, addresses or options from outside (T106). What comes out bears no metadata (T108).
package film

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrBad says that the file is at fault: it is no clip or sound that is taken, or breaks what reads it.
var ErrBad = errors.New("not a clip or sound that can be read")

// ErrLarge says that there is more of the file than its bound.
var ErrLarge = errors.New("larger than allowed")

// Tools are the programs, as they were found on this machine.
type Tools struct {
	ffmpeg, ffprobe string
	dir             string          // where work folders are made
	apart           bool            // programs can be kept off the network
	lame            bool            // MP3 can be written
	stills          map[string]bool // bare streams of which pictures can be decoded
}

// ErrAbsent says that the programs are not installed, or cannot write what is needed.
var ErrAbsent = errors.New("ffmpeg and ffprobe are not installed")

// Find looks for the programs. Work folders are made in dir; empty: in the system's temporary folder.
func Find(ctx context.Context, dir string) (*Tools, error) {
	t := &Tools{dir: dir}
	var err error
	if t.ffmpeg, err = exec.LookPath("ffmpeg"); err != nil {
		return nil, ErrAbsent
	}
	if t.ffprobe, err = exec.LookPath("ffprobe"); err != nil {
		return nil, ErrAbsent
	}
	if t.ffmpeg, err = filepath.Abs(t.ffmpeg); err != nil {
		return nil, err
	}
	if t.ffprobe, err = filepath.Abs(t.ffprobe); err != nil {
		return nil, err
	}
	t.apart = canPart(ctx)
	work, err := os.MkdirTemp(dir, "film-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	out, err := t.run(ctx, work, bounds{time: 20 * time.Second, output: 1 << 20}, t.ffmpeg, "-hide_banner", "-encoders")
	if err != nil {
		return nil, fmt.Errorf("ask ffmpeg what it can do: %w", err)
	}
	able := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 1 {
			able[f[1]] = true
		}
	}
	if !able["libx264"] || !able["aac"] {
		return nil, fmt.Errorf("%w: this ffmpeg cannot write H.264 and AAC", ErrAbsent)
	}
	t.lame = able["libmp3lame"]
	if out, err = t.run(ctx, work, bounds{time: 20 * time.Second, output: 1 << 20}, t.ffmpeg, "-hide_banner", "-decoders"); err != nil {
		return nil, fmt.Errorf("ask ffmpeg what it can do: %w", err)
	}
	clear(able)
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) > 1 {
			able[f[1]] = true
		}
	}
	t.stills = map[string]bool{HEVC: able["hevc"], AV1: able["libdav1d"] || able["libaom-av1"]}
	return t, nil
}

// Clip is one file in a work folder of its own. Close it.
type Clip struct {
	Info

	tools *Tools
	dir   string
	from  *format
}

// Open takes a file of at most limit bytes in, and looks at it.
func (t *Tools) Open(ctx context.Context, r io.Reader, limit int64) (*Clip, error) {
	dir, err := os.MkdirTemp(t.dir, "film-")
	if err != nil {
		return nil, err
	}
	c := &Clip{tools: t, dir: dir}
	if err := c.read(ctx, r, limit); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close removes the work folder and what is in it.
func (c *Clip) Close() error { return os.RemoveAll(c.dir) }

func (c *Clip) path(name string) string { return filepath.Join(c.dir, name) }

// source is the file's name in its folder: ours, so that nobody's name is ever an argument.
const source = "in"

func (c *Clip) read(ctx context.Context, r io.Reader, limit int64) error {
	f, err := os.OpenFile(c.path(source), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(r, limit+1))
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	if n > limit {
		return ErrLarge
	}
	head := make([]byte, SniffLen)
	if f, err = os.Open(c.path(source)); err != nil {
		return err
	}
	k, err := io.ReadFull(f, head)
	f.Close()
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	if c.from = sniff(head[:k]); c.from == nil {
		return ErrBad
	}
	info, err := c.tools.probe(ctx, c.dir, source, c.from)
	if err != nil {
		return err
	}
	info.Bytes = n
	c.Info = *info
	return nil
}
