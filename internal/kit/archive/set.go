package archive

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Bounds of archives.
const (
	maxMembers   = 200_000
	maxClaimed   = 64 << 30  // that all members say they have
	maxJSON      = 256 << 20 // of one member that is read
	maxRatio     = 200       // how much smaller such a member may be than what it holds
	maxDirectory = 32 << 20  // bytes read to learn what is in a file
	maxElement   = 8 << 20   // of one thing in a list
	maxName      = 1024
)

// Set is an archive: the members of one or several ZIP files together, or one file that is no ZIP.
type Set struct {
	members map[string]*zip.File
	names   []string // in their order
	roots   []string // folders that lie at the top
	opened  map[string]bool
	raw     io.ReaderAt
	size    int64
}

// File is one file of an archive as it was uploaded.
type File struct {
	io.ReaderAt
	Size int64
}

// measured fails when more was read than is allowed.
type measured struct {
	io.ReaderAt
	left int64
}

func (m *measured) ReadAt(b []byte, off int64) (int, error) {
	if m.left >= 0 {
		if m.left -= int64(len(b)); m.left < 0 {
			m.left = 0
			return 0, fmt.Errorf("%w: its list of members is too long", ErrHostile)
		}
	}
	return m.ReaderAt.ReadAt(b, off)
}

// Open looks what is in an archive, without unpacking anything. It refuses whole what is not built as archives are (T78).
func Open(files []File) (*Set, error) {
	s := &Set{members: map[string]*zip.File{}, opened: map[string]bool{}}
	claimed := uint64(0)
	roots := map[string]bool{}
	for n, f := range files {
		var head [4]byte
		if _, err := f.ReadAt(head[:], 0); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if string(head[:2]) != "PK" {
			if len(files) == 1 {
				s.raw, s.size = f.ReaderAt, f.Size
				return s, nil
			}
			return nil, fmt.Errorf("%w: file %d is no ZIP", ErrFormat, n+1)
		}
		m := &measured{f.ReaderAt, maxDirectory}
		z, err := zip.NewReader(m, f.Size)
		m.left = -1
		if err != nil {
			if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = fmt.Errorf("%w: %w", ErrFormat, err)
			}
			return nil, err
		}
		packed := uint64(0)
		own := map[string]bool{}
		for _, member := range z.File {
			if err := fits(member); err != nil {
				return nil, err
			}
			if own[member.Name] {
				return nil, fmt.Errorf("%w: two members have one name", ErrHostile)
			}
			own[member.Name] = true
			packed += member.CompressedSize64
			claimed += member.UncompressedSize64
			if strings.HasSuffix(member.Name, "/") || ignored(member.Name) || s.members[member.Name] != nil {
				continue // also what another part has as well
			}
			if len(s.names) == maxMembers || claimed > maxClaimed || packed > uint64(f.Size) {
				return nil, fmt.Errorf("%w: it holds too much", ErrHostile) // members that share their bytes are a bomb
			}
			s.members[member.Name] = member
			s.names = append(s.names, member.Name)
			if root, _, ok := strings.Cut(member.Name, "/"); ok && !roots[root] && len(roots) < 64 {
				roots[root] = true
				s.roots = append(s.roots, root)
			}
		}
		if packed > uint64(f.Size) || claimed > maxClaimed || len(z.File) > maxMembers {
			return nil, fmt.Errorf("%w: it holds too much", ErrHostile)
		}
	}
	return s, nil
}

// fits refuses members that no honest archive has: names that lead elsewhere, links, sizes beyond belief.
func fits(m *zip.File) error {
	name := m.Name
	switch {
	case name == "" || len(name) > maxName || strings.ContainsAny(name, "\\\x00") || strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':':
		return fmt.Errorf("%w: a name leads elsewhere", ErrHostile)
	case !m.Mode().IsRegular() && !m.Mode().IsDir():
		return fmt.Errorf("%w: a member is no file", ErrHostile)
	case m.UncompressedSize64 > maxClaimed || m.CompressedSize64 > maxClaimed:
		return fmt.Errorf("%w: it holds too much", ErrHostile)
	case m.Flags&1 != 0:
		return fmt.Errorf("%w: it is locked with a password", ErrFormat)
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if part == ".." {
			return fmt.Errorf("%w: a name leads elsewhere", ErrHostile)
		}
	}
	return nil
}

// ignored tells what computers add by themselves.
func ignored(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._") || base == ".DS_Store" || base == "no-data.txt"
}

// find returns the members whose lower-cased names pass, in their order.
func (s *Set) find(is func(tail string) bool) []string {
	var list []string
	for _, name := range s.names {
		if is(strings.ToLower(name)) {
			list = append(list, name)
		}
	}
	return list
}

// lookup returns the member that a path means, from the root of the archive or a folder at its top.
func (s *Set) lookup(p string) (string, bool) {
	p = strings.TrimPrefix(path.Clean("/"+p), "/")
	if s.members[p] != nil {
		return p, true
	}
	for _, root := range s.roots {
		if full := root + "/" + p; s.members[full] != nil {
			return full, true
		}
	}
	if _, rest, ok := strings.Cut(p, "/"); ok && s.members[rest] != nil {
		return rest, true
	}
	return "", false
}

// media names a file of a post, and says whether it is there.
func (s *Set) media(p string) Media {
	name, ok := s.lookup(p)
	if !ok {
		return Media{Path: p, Lost: true}
	}
	m := s.members[name]
	return Media{Path: name, Bytes: int64(m.UncompressedSize64), Lost: m.UncompressedSize64 == 0}
}

// Open opens a file of a post. What comes out is what was claimed, or an error.
func (s *Set) Open(name string) (io.ReadCloser, error) {
	m := s.members[name]
	if m == nil {
		return nil, ErrLost
	}
	s.opened[name] = true
	return m.Open()
}

// Ignored counts the members that nobody asked for.
func (s *Set) Ignored(asked map[string]bool) int {
	n := 0
	for _, name := range s.names {
		if !asked[name] && !s.opened[name] {
			n++
		}
	}
	return n
}

// text opens a member that is read as a whole: one that is bounded, also when it lies.
func (s *Set) text(name string) (io.ReadCloser, error) {
	m := s.members[name]
	if m == nil {
		return nil, ErrLost
	}
	if m.UncompressedSize64 > maxJSON || m.UncompressedSize64 > 1<<20 && m.UncompressedSize64/max(m.CompressedSize64, 1) > maxRatio {
		return nil, fmt.Errorf("%w: a member holds too much", ErrHostile)
	}
	s.opened[name] = true
	r, err := m.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return &honest{r}, nil
}

// honest tells an archive that lies about its members from a fault of ours.
type honest struct{ io.ReadCloser }

func (h *honest) Read(b []byte) (int, error) {
	n, err := h.ReadCloser.Read(b)
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrChecksum) {
		err = fmt.Errorf("%w: a member is not what it claims", ErrHostile)
	}
	return n, err
}
