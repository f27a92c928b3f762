package mastodon

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"skein/internal/skein"
)

// uploadWait is how long a client of the old call waits for a film to be made.
const uploadWait = 25 * time.Second

// uploadNow: https://docs.joinmastodon.org/methods/media/#v1. What is not done by then is answered as v2 does.
func (a *API) uploadNow(c *call) (*MediaAttachment, error) {
	m, err := a.create(c)
	if err != nil {
		return nil, err
	}
	if m.State == skein.MediaWorking {
		if m, err = a.Media.Ready(c, c.who, m, uploadWait); err != nil {
			return nil, err
		}
	}
	switch m.State {
	case skein.MediaFailed:
		return nil, errMediaFailed
	case skein.MediaWorking:
		c.status = http.StatusAccepted
	}
	return freeMedia(c.site, m, a.Clock()), nil
}

// errMediaFailed is the answer when nothing came of an upload; the words are Mastodon's.
var errMediaFailed = invalid("Error processing thumbnail for uploaded media")

// filmMeta writes what is known of a film or a sound, under Mastodon's newer names and its older ones beside them.
func filmMeta(a *skein.Attachment, m *MediaMeta) {
	if a.Seconds <= 0 {
		return
	}
	if m.Original == nil {
		m.Original = &MediaSize{}
	}
	o := m.Original
	o.Size, o.Aspect = "", 0
	o.FrameRate, o.Duration, o.Bitrate = a.Rate, a.Seconds, a.Bitrate
	if a.Width > 0 && a.Height > 0 {
		m.Width, m.Height, m.Size = a.Width, a.Height, strconv.Itoa(a.Width)+"x"+strconv.Itoa(a.Height)
		m.Aspect = float64(a.Width) / float64(a.Height)
	}
	m.Duration = a.Seconds
	d := time.Duration(a.Seconds * float64(time.Second))
	m.Length = fmt.Sprintf("%d:%02d:%05.2f", int(d.Hours()), int(d.Minutes())%60, math.Mod(a.Seconds, 60))
	if over, under, ok := strings.Cut(a.Rate, "/"); ok {
		n, _ := strconv.ParseFloat(over, 64)
		if by, _ := strconv.ParseFloat(under, 64); by > 0 {
			m.FPS = int(n/by + 0.5)
		}
	}
	if a.Sound == "" {
		return
	}
	m.AudioEncode = a.Sound
	if a.SampleRate > 0 {
		m.AudioBitrate = strconv.Itoa(a.SampleRate) + " Hz"
	}
	switch a.Channels {
	case 0:
	case 1:
		m.AudioChannels = "mono"
	case 2:
		m.AudioChannels = "stereo"
	default:
		m.AudioChannels = strconv.Itoa(a.Channels) + " channels"
	}
}
