package activitypub

import (
	"math"
	"regexp"
	"strconv"
)

// Seconds is a length of time, ISO 8601 on the wire.
type Seconds float64

func (s Seconds) MarshalJSON() ([]byte, error) {
	return marshal("PT" + strconv.FormatFloat(math.Round(float64(s)*1000)/1000, 'f', -1, 64) + "S")
}

var duration = regexp.MustCompile(`^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$`)

// secondsOf reads PT1H2M3.5S, or plain seconds; 0 for all else.
func secondsOf(text string) Seconds {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		if n > 0 && n < 1e9 {
			return Seconds(n)
		}
		return 0
	}
	parts := duration.FindStringSubmatch(text)
	if parts == nil {
		return 0
	}
	total := 0.0
	for i, unit := range []float64{86400, 3600, 60, 1} {
		n, _ := strconv.ParseFloat(parts[i+1], 64)
		total += n * unit
	}
	return Seconds(min(total, 1e9))
}
