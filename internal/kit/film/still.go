package film

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// Still pictures that are coded as a frame of a film are (HEIC, AVIF) are decoded by ffmpeg as well: from a bare stream, which
// has no room for anything but pixels.

// Tiled says how the frames of a stream make one picture.
type Tiled struct {
	Codec         string // HEVC or AV1
	Columns, Rows int
	Width, Height int // of the whole, which may be less than its tiles
}

// The bare streams that are read.
const (
	HEVC = "hevc"
	AV1  = "obu"
)

// Decodes tells whether pictures of a codec can be read with the programs of this machine.
func (t *Tools) Decodes(codec string) bool { return t != nil && t.stills[codec] }

// Picture decodes a picture and writes it as JPEG, which it returns.
func (t *Tools) Picture(ctx context.Context, stream []byte, p Tiled) ([]byte, error) {
	if !t.Decodes(p.Codec) {
		return nil, ErrAbsent
	}
	dir, err := os.MkdirTemp(t.dir, "film-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, source), stream, 0o600); err != nil {
		return nil, err
	}
	shape := fmt.Sprintf("crop=%d:%d:0:0,scale=in_color_matrix=auto:out_color_matrix=bt601:out_range=full", p.Width, p.Height)
	if p.Columns*p.Rows > 1 {
		shape = fmt.Sprintf("tile=%dx%d,", p.Columns, p.Rows) + shape
	}
	_, err = t.run(ctx, dir, bounds{time: probeTime, output: 64 << 20}, t.ffmpeg,
		"-v", "error", "-hide_banner", "-nostdin", "-y", "-max_pixels", strconv.Itoa(maxPixels),
		"-protocol_whitelist", "file,pipe", "-format_whitelist", p.Codec, "-codec_whitelist", decoders, "-f", p.Codec, "-i", "file:"+source,
		"-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
		"-fps_mode", "passthrough", "-vf", shape, "-frames:v", "1", "-pix_fmt", "yuvj420p", "-q:v", "2", "-threads", "1",
		"-f", "mjpeg", "-update", "1", "file:still.jpg")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "still.jpg")
	if _, err := size(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
