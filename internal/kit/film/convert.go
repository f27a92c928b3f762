package film

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"
)

// The shape of what comes out: what every browser plays and what strict peers take (media-federation.md 3).
const (
	longEdge  = 1920
	shortEdge = 1080
	maxFPS    = 60
	crf       = "23"
	maxRate   = 4_000_000 // bits in a second: three minutes stay below 100 MiB
)

// Made is a file that came out. It lies in the clip's folder and is gone with it.
type Made struct {
	Path string
	Type string // media type
	Info
}

// Fit tells whether a film can be shown as it is, so that it only has to be packed anew.
func (c *Clip) Fit() bool {
	i := &c.Info
	return c.from.demuxer == "mov" && i.Video == "h264" && i.pixels == "yuv420p" && i.plain &&
		(i.profile == "High" || i.profile == "Main" || i.profile == "Baseline" || i.profile == "Constrained Baseline") &&
		max(i.Width, i.Height) <= longEdge && min(i.Width, i.Height) <= shortEdge && i.FPS <= maxFPS+1 &&
		(i.Audio == "" || i.Audio == "aac" && i.Channels <= 2) && i.Bitrate <= 2*maxRate
}

// Film writes the clip as MP4 with H.264 and AAC that begins to play before it is read to its end. A fit one is copied
// stream by stream; a GIF comes out without sound. It may take 20 times as long as the clip plays.
func (c *Clip) Film(ctx context.Context, limit int64) (*Made, error) {
	if !c.Moving() {
		return nil, fmt.Errorf("%w: no film", ErrBad)
	}
	args := c.begin("-map", "0:V:0")
	if c.Audio != "" && c.from.demuxer != "gif" {
		args = append(args, "-map", "0:a:0")
	}
	if c.Fit() {
		// SEI units bear what cameras note beside the picture, places too (T108).
		args = append(args, "-c", "copy", "-bsf:v", "filter_units=remove_types=6")
	} else {
		w, h := within(c.Width, c.Height)
		shape := fmt.Sprintf("scale=%d:%d,setsar=1", w, h)
		if c.FPS > maxFPS+1 {
			shape = "fps=" + strconv.Itoa(maxFPS) + "," + shape
		}
		args = append(args, "-vf", shape, "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "veryfast", "-crf", crf,
			"-maxrate", strconv.Itoa(maxRate), "-bufsize", strconv.Itoa(2*maxRate), "-profile:v", "high", "-pix_fmt", "yuv420p",
			"-threads", "2", "-c:a", "aac", "-b:a", "128k", "-ac", "2")
	}
	// A header may say that the clip is short and be wrong.
	args = append(args, "-t", seconds(c.Seconds+1), "-movflags", "+faststart", "-f", "mp4")
	return c.make(ctx, "film.mp4", "video/mp4", named("mov"), limit, args)
}

// Sound writes the clip's sound: MP3, or AAC in MP4 when it is that already or no MP3 can be written here.
func (c *Clip) Sound(ctx context.Context, limit int64) (*Made, error) {
	if c.Audio == "" {
		return nil, fmt.Errorf("%w: no sound", ErrBad)
	}
	args := c.begin("-map", "0:a:0")
	mp3 := true
	switch {
	case c.Audio == "mp3":
		args = append(args, "-c:a", "copy")
	case c.Audio == "aac" && c.from.demuxer == "mov":
		args, mp3 = append(args, "-c:a", "copy"), false
	case c.tools.lame:
		args = append(args, "-c:a", "libmp3lame", "-q:a", "2", "-ac", channels(c.Channels))
	default:
		args, mp3 = append(args, "-c:a", "aac", "-b:a", "160k", "-ac", channels(c.Channels)), false
	}
	args = append(args, "-t", seconds(c.Seconds+1))
	if mp3 {
		args = append(args, "-id3v2_version", "0", "-write_id3v1", "0", "-f", "mp3")
		return c.make(ctx, "sound.mp3", "audio/mpeg", named("mp3"), limit, args)
	}
	args = append(args, "-movflags", "+faststart", "-f", "mp4")
	return c.make(ctx, "sound.m4a", "audio/mp4", named("mov"), limit, args)
}

// Still writes one picture of the film, one that looks like others near its beginning, or the cover that comes with a sound.
// The answer is the path of a JPEG.
func (c *Clip) Still(ctx context.Context) (string, error) {
	args := c.begin("-map", "0:V:0")
	w, h := within(c.Width, c.Height)
	shape := fmt.Sprintf("scale=%d:%d,setsar=1,thumbnail=30", w, h)
	if !c.Moving() {
		if !c.Cover {
			return "", fmt.Errorf("%w: no picture in it", ErrBad)
		}
		args, shape = c.begin("-map", "0:v:0"), "scale='min(1200,iw)':-2"
	}
	args = append(args, "-vf", shape, "-frames:v", "1", "-pix_fmt", "yuvj420p", "-q:v", "2", "-threads", "1", "-f", "mjpeg",
		"-update", "1", "file:still.jpg")
	path := c.path("still.jpg")
	if _, err := c.tools.run(ctx, c.dir, bounds{time: probeTime, output: 16 << 20}, c.tools.ffmpeg, args...); err != nil {
		return "", err
	}
	_, err := size(path)
	return path, err
}

// begin are the options up to what is taken from the file. Nothing of what is written about it goes along (T108): neither
// of the whole, nor of streams and chapters, nor who made it.
func (c *Clip) begin(streams ...string) []string {
	args := []string{"-v", "error", "-hide_banner", "-nostdin", "-y", "-max_pixels", strconv.Itoa(maxPixels)}
	args = append(args, reading(c.from)...)
	args = append(args, "-i", "file:"+source)
	args = append(args, streams...)
	return append(args, "-sn", "-dn", "-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1",
		"-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
}

// maxSpend is how long one file may be worked on.
const maxSpend = 20 * time.Minute

// maxPixels is the largest picture that a decoder may make: 8K.
const maxPixels = 7680 * 4320

// make runs ffmpeg and looks at what came out.
func (c *Clip) make(ctx context.Context, name, kind string, as *format, limit int64, args []string) (*Made, error) {
	// A film says itself how long it is, and may lie.
	spend := min(max(probeTime, time.Duration(20*min(c.Seconds, maxSpend.Seconds())*float64(time.Second))), maxSpend)
	args = append(args, "file:"+name)
	if _, err := c.tools.run(ctx, c.dir, bounds{time: spend, output: limit}, c.tools.ffmpeg, args...); err != nil {
		_ = os.Remove(c.path(name))
		return nil, err
	}
	n, err := size(c.path(name))
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, ErrLarge
	}
	info, err := c.tools.probe(ctx, c.dir, name, as)
	if err != nil {
		return nil, fmt.Errorf("look at what was made: %w", err)
	}
	info.Bytes = n
	return &Made{Path: c.path(name), Type: kind, Info: *info}, nil
}

// within returns the size at which a film is shown: inside the bounds, with even edges, as H.264 needs them.
func within(w, h int) (int, int) {
	f := min(1, float64(longEdge)/float64(max(w, h, 1)), float64(shortEdge)/float64(max(min(w, h), 1)))
	even := func(n int) int { return max(2, int(float64(n)*f/2+0.5)*2) }
	return even(w), even(h)
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 3, 64) }

func channels(n int) string { return strconv.Itoa(min(max(n, 1), 2)) }
