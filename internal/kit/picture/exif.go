package picture

import (
	"bytes"
	"encoding/binary"
)

// orientation reads the one tag that matters from an EXIF block in TIFF form: how the picture is to be turned, 1 to 8. It
// follows no reference but that to the first directory, so nothing can lead it in circles.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
	default:
		return 1
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	n := uint64(order.Uint16(tiff[at:]))
	for i := range min(n, 512) {
		e := at + 2 + 12*i
		if e+12 > uint64(len(tiff)) {
			return 1
		}
		const tag, short = 0x0112, 3
		if order.Uint16(tiff[e:]) == tag && order.Uint16(tiff[e+2:]) == short {
			if v := order.Uint16(tiff[e+8:]); v >= 1 && v <= 8 {
				return int(v)
			}
			return 1
		}
	}
	return 1
}

// turned is an EXIF block, in TIFF form, of the orientation alone.
func turned(turn int) []byte {
	return []byte{'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0, 0, 0, 0, 0}
}

// Dress puts a turn and a colour profile into a JPEG of our own making that has neither.
func Dress(data []byte, turn int, profile []byte) []byte {
	if len(data) < 2 {
		return data
	}
	if usable(profile) {
		data = withProfileJPEG(data, profile)
	}
	if turn < 2 || turn > 8 {
		return data
	}
	var b bytes.Buffer
	b.Write(data[:2])
	segmentJPEG(&b, 0xE1, append([]byte(exifName), turned(turn)...))
	b.Write(data[2:])
	return b.Bytes()
}
