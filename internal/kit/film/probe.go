package film

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Info is what a file holds.
type Info struct {
	Bytes   int64
	Seconds float64
	Bitrate int // bits in a second, of all there is

	// The pictures, when there are any.
	Video         string // name of the codec; empty: a sound
	Width, Height int    // as shown, after it is turned the right way up
	Rate          string // pictures in a second, as a fraction: 24/1
	FPS           float64

	// The sound, when there is any.
	Audio        string
	AudioBitrate int
	SampleRate   int
	Channels     int

	// Cover: a picture comes with the sound.
	Cover bool

	// What decides whether the file is fit as it stands.
	pixels, profile string
	plain           bool // square pixels
}

// Moving tells whether the file is a film, rather than a sound or a still.
func (i *Info) Moving() bool { return i.Video != "" }

// maxStreams is how many streams a file may hold.
const maxStreams = 16

// reading are the options that every reading of a stranger's file begins with: the demuxer that we chose, the decoders
// on the list, no other file and no network.
func reading(f *format) []string {
	return []string{"-protocol_whitelist", "file,pipe", "-format_whitelist", whole[f.demuxer], "-codec_whitelist", decoders,
		"-max_streams", strconv.Itoa(maxStreams), "-f", f.demuxer}
}

// whole gives the full names of demuxers that go by several.
var whole = map[string]string{
	"mov": "mov,mp4,m4a,3gp,3g2,mj2", "matroska": "matroska,webm", "ogg": "ogg", "asf": "asf", "wav": "wav", "flac": "flac", "gif": "gif",
	"aac": "aac", "mp3": "mp3",
}

// probed is what ffprobe says.
type probed struct {
	Format struct {
		Duration string `json:"duration"`
		BitRate  string `json:"bit_rate"`
	} `json:"format"`
	Streams []struct {
		Kind        string `json:"codec_type"`
		Codec       string `json:"codec_name"`
		Profile     string `json:"profile"`
		Pixels      string `json:"pix_fmt"`
		Width       int    `json:"width"`
		Height      int    `json:"height"`
		Aspect      string `json:"sample_aspect_ratio"`
		Rate        string `json:"r_frame_rate"`
		AverageRate string `json:"avg_frame_rate"`
		Duration    string `json:"duration"`
		BitRate     string `json:"bit_rate"`
		SampleRate  string `json:"sample_rate"`
		Channels    int    `json:"channels"`
		Packets     string `json:"nb_read_packets"`
		Disposition struct {
			Cover int `json:"attached_pic"`
		} `json:"disposition"`
		Side []struct {
			Rotation float64 `json:"rotation"`
		} `json:"side_data_list"`
	} `json:"streams"`
}

// probe asks ffprobe what a file in a folder holds.
func (t *Tools) probe(ctx context.Context, dir, name string, f *format) (*Info, error) {
	args := append([]string{"-v", "error", "-hide_banner"}, reading(f)...)
	if f.demuxer == "gif" { // says nothing of its length
		args = append(args, "-count_packets")
	}
	args = append(args, "-show_format", "-show_streams", "-of", "json", "-i", "file:"+name)
	raw, err := t.run(ctx, dir, bounds{time: probeTime, output: 1 << 20}, t.ffprobe, args...)
	if err != nil {
		return nil, err
	}
	var p probed
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("%w: what ffprobe says of it is not understood", ErrBad)
	}
	i := &Info{Seconds: decimal(p.Format.Duration), Bitrate: int(decimal(p.Format.BitRate))}
	for _, s := range p.Streams {
		switch {
		case s.Kind == "video" && (s.Disposition.Cover == 1 || s.Codec == "png" || s.Codec == "mjpeg" && s.AverageRate == "0/0"):
			i.Cover = true
		case s.Kind == "video" && i.Video == "":
			if s.Width <= 0 || s.Height <= 0 || s.Width > maxEdge || s.Height > maxEdge {
				return nil, fmt.Errorf("%w: %d by %d pixels", ErrBad, s.Width, s.Height)
			}
			i.Video, i.Width, i.Height, i.pixels, i.profile = s.Codec, s.Width, s.Height, s.Pixels, s.Profile
			i.plain = true
			if over, under, ok := strings.Cut(s.Aspect, ":"); ok {
				if n, d := decimal(over), decimal(under); n > 0 && d > 0 && n != d && n/d < 4 && d/n < 4 {
					i.Width, i.plain = int(float64(s.Width)*n/d+0.5), false
				}
			}
			for _, side := range s.Side {
				if math.Mod(math.Abs(side.Rotation), 180) == 90 {
					i.Width, i.Height = i.Height, i.Width
				}
			}
			// A stream's own rate may be its clock's finest step: the average is what is seen.
			i.Rate, i.FPS = rate(s.AverageRate)
			if i.FPS == 0 {
				i.Rate, i.FPS = rate(s.Rate)
			}
			if f.demuxer == "gif" && i.FPS > 0 {
				i.Seconds = max(i.Seconds, decimal(s.Packets)/i.FPS)
			}
			i.Seconds = max(i.Seconds, decimal(s.Duration))
		case s.Kind == "audio" && i.Audio == "":
			i.Audio, i.AudioBitrate, i.Channels = s.Codec, int(decimal(s.BitRate)), s.Channels
			i.SampleRate = int(decimal(s.SampleRate))
			i.Seconds = max(i.Seconds, decimal(s.Duration))
		}
	}
	if i.Video == "" && i.Audio == "" {
		return nil, fmt.Errorf("%w: neither pictures nor sound in it", ErrBad)
	}
	return i, nil
}

// probeTime is how long a look at a file may take. maxEdge is the longest edge of a picture that is looked at.
const (
	probeTime = 60 * time.Second
	maxEdge   = 16384
)

// decimal reads a number of ffprobe's; what is none, or beyond reason, is 0.
func decimal(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n < 0 || n > 1e12 {
		return 0
	}
	return n
}

// rate reads a fraction.
func rate(s string) (string, float64) {
	over, under, ok := strings.Cut(s, "/")
	n, d := decimal(over), decimal(under)
	if !ok || n == 0 || d == 0 {
		return "", 0
	}
	return s, n / d
}
