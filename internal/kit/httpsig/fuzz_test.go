package httpsig

import "testing"

// FuzzKey reads keys as peers write them: PEM of several sorts, and Multikey. What is read can be written, and is the same
// key when it is read again.
func FuzzKey(f *testing.F) {
	rsa, err := MarshalPublicKey(rsaKey(f).Public())
	if err != nil {
		f.Fatal(err)
	}
	ed, err := MarshalMultikey(edKey(f).Public())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(rsa)
	f.Add(ed)
	f.Add("-----BEGIN RSA PUBLIC KEY-----\nMAA=\n-----END RSA PUBLIC KEY-----\n")
	f.Add("z6Mk" + "1111111111111111111111111111111111111111111")
	f.Fuzz(func(t *testing.T, text string) {
		if key, err := ParsePublicKey(text); err == nil {
			out, err := MarshalPublicKey(key)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParsePublicKey(out)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if same, _ := MarshalPublicKey(again); same != out {
				t.Errorf("%q became %q", out, same)
			}
		}
		if key, err := ParseMultikey(text); err == nil {
			out, err := MarshalMultikey(key)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ParseMultikey(out); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
		}
		_, _ = ParsePrivateKey(text)
	})
}
