package proof

import (
	"math/big"
	"slices"
	"strings"
)

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// maxBase58 is longer than any signature: decoding costs the square of the length.
const maxBase58 = 128

func decode58(s string, ok bool) ([]byte, bool) {
	if !ok || s == "" || len(s) > maxBase58 {
		return nil, false
	}
	n, radix := new(big.Int), big.NewInt(58)
	for i := range len(s) {
		digit := strings.IndexByte(base58, s[i])
		if digit < 0 {
			return nil, false
		}
		n.Mul(n, radix).Add(n, big.NewInt(int64(digit)))
	}
	zeros := len(s) - len(strings.TrimLeft(s, "1"))
	return append(make([]byte, zeros), n.Bytes()...), true
}

func encode58(data []byte) string {
	n, radix, digit := new(big.Int).SetBytes(data), big.NewInt(58), new(big.Int)
	var out []byte
	for n.Sign() > 0 {
		n.DivMod(n, radix, digit)
		out = append(out, base58[digit.Int64()])
	}
	for _, b := range data {
		if b != 0 {
			break
		}
		out = append(out, base58[0])
	}
	slices.Reverse(out)
	return string(out)
}
