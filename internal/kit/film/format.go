package film

import (
	"bytes"
	"strings"
)

// SniffLen is how many bytes of a file's beginning tell what it is.
const SniffLen = 64

// format is one kind of file that is taken in: its media types and the one demuxer that reads it.
type format struct {
	demuxer string
	types   []string // as uploads name them (mastodon-api.md 4.26); the first is what it is when both sound and picture may be in it
	is      func(head []byte) bool
}

// formats is the closed list. Playlists, scripts and everything that names other files are not on it (T106).
var formats = []*format{
	{"mov", []string{"video/mp4", "video/quicktime", "audio/mp4", "audio/m4a", "audio/x-m4a", "audio/3gpp"}, isMP4},
	{"matroska", []string{"video/webm", "audio/webm"}, starts("\x1aE\xdf\xa3")},
	{"ogg", []string{"video/ogg", "audio/ogg", "audio/vorbis"}, starts("OggS")},
	{"asf", []string{"video/x-ms-asf"}, starts("\x30\x26\xb2\x75\x8e\x66\xcf\x11")},
	{"wav", []string{"audio/wave", "audio/wav", "audio/x-wav", "audio/x-pn-wave", "audio/vnd.wave"}, isWave},
	{"flac", []string{"audio/flac"}, starts("fLaC")},
	{"gif", []string{"image/gif"}, starts("GIF8")},
	{"aac", []string{"audio/aac"}, isADTS},
	{"mp3", []string{"audio/mpeg", "audio/mp3"}, isMP3},
}

// decoders is the closed list of what may read pictures and sounds.
var decoders = strings.Join([]string{
	"h264", "hevc", "vp8", "vp9", "libdav1d", "libaom-av1", "av1", "mpeg4", "h263", "theora", "mjpeg", "png", "gif",
	"wmv1", "wmv2", "wmv3", "vc1",
	"aac", "mp3", "mp3float", "vorbis", "opus", "flac", "alac", "amrnb", "amrwb", "wmav1", "wmav2",
	"pcm_u8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f64le",
	"pcm_alaw", "pcm_mulaw",
}, ",")

// Types returns the media types of clips and sounds that are taken in.
func Types() []string {
	var list []string
	for _, prefix := range []string{"video/", "audio/"} {
		for _, f := range formats {
			for _, t := range f.types {
				if strings.HasPrefix(t, prefix) {
					list = append(list, t)
				}
			}
		}
	}
	return list
}

// Sniff tells by the first bytes of a file, SniffLen at most, what clip or sound it may be: its media type, empty when it is
// none. GIF is a picture until it moves.
func Sniff(head []byte) string {
	if f := sniff(head); f != nil && f.demuxer != "gif" {
		return f.types[0]
	}
	return ""
}

func sniff(head []byte) *format {
	for _, f := range formats {
		if f.is(head) {
			return f
		}
	}
	return nil
}

// named returns the format that a demuxer reads.
func named(demuxer string) *format {
	for _, f := range formats {
		if f.demuxer == demuxer {
			return f
		}
	}
	return nil
}

func starts(with string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(with)) }
}

// isMP4 knows files of the ISO family by their first box. Those that hold still pictures (HEIC, AVIF) are no films.
func isMP4(head []byte) bool {
	if len(head) < 12 {
		return false
	}
	switch string(head[4:8]) {
	case "ftyp":
		switch string(head[8:12]) {
		case "mif1", "msf1", "heic", "heix", "heim", "heis", "hevc", "hevx", "avif", "avis":
			return false
		}
		return true
	case "moov", "mdat", "wide", "free", "skip": // QuickTime before it named itself
		return true
	}
	return false
}

func isWave(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE"
}

// isADTS knows bare AAC by its twelve bits of sync and layer 0.
func isADTS(head []byte) bool {
	return len(head) >= 7 && head[0] == 0xff && head[1]&0xf6 == 0xf0
}

// isMP3 knows MPEG sound by a tag in front, or by a frame header that is possible.
func isMP3(head []byte) bool {
	if bytes.HasPrefix(head, []byte("ID3")) {
		return true
	}
	return len(head) >= 4 && head[0] == 0xff && head[1]&0xe0 == 0xe0 && head[1]&0x18 != 0x08 && head[1]&0x06 != 0 &&
		head[2]&0xf0 != 0xf0 && head[2]&0x0c != 0x0c
}
