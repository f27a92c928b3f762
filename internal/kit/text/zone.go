package text

import (
	"time"
	_ "time/tzdata" // the machine may know no zones
)

// TimeZone returns the zone with an IANA name, as in Europe/Berlin. Local is none: that would be the zone of this machine.
func TimeZone(name string) (*time.Location, bool) {
	if name == "" || name == "Local" || len(name) > 64 {
		return nil, false
	}
	zone, err := time.LoadLocation(name) // refuses what leads out of its folder
	return zone, err == nil
}
