package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The download of Meta: Instagram in all its layouts, and Threads in it.

type metaMedia struct {
	URI     string `json:"uri"`
	Created int64  `json:"creation_timestamp"`
	Title   string `json:"title"`
}

// metaPost is a post in the classic shape and in the shape of labels in one. A story is a bare medium.
type metaPost struct {
	metaMedia
	Media  oneOrMany[metaMedia] `json:"media"`
	Stamp  int64                `json:"timestamp"`
	Labels []struct {
		Label string               `json:"label"`
		Value string               `json:"value"`
		Media oneOrMany[metaMedia] `json:"media"`
	} `json:"label_values"`
	Path string `json:"path"` // of the oldest layout
	When string `json:"taken_at"`
	Text string `json:"caption"`
}

// fixMeta repairs the text of a download that has one escape for each byte: "é" came as "Ã©". It is done for each text by
// itself, since newer files are right.
func fixMeta(s string) string {
	b := make([]byte, 0, len(s))
	high := false
	for _, r := range s {
		if r > 0xFF {
			return s
		}
		high = high || r >= 0x80
		b = append(b, byte(r))
	}
	if !high || !utf8.Valid(b) {
		return s
	}
	return string(b)
}

var gluedTags = regexp.MustCompile(`([^\s#&/])#([\p{L}\p{N}_])`)

// caption brings the text of a post into form: repaired, and with a blank between hashtags that stand without one.
func caption(s string) string {
	s = fixMeta(s)
	if strings.Contains(s, "#") && !strings.Contains(s, "://") {
		s = gluedTags.ReplaceAllString(s, "$1 #$2")
	}
	return s
}

// post makes a post of what the download has; nil: there is nothing in it.
func (m *metaPost) post(s *Set, kind string) *Post {
	p := &Post{Kind: kind}
	files := m.Media
	if m.URI != "" && len(files) == 0 {
		files = oneOrMany[metaMedia]{m.metaMedia}
	}
	if m.Path != "" && len(files) == 0 {
		files = oneOrMany[metaMedia]{{URI: m.Path}}
	}
	said, longest := "", ""
	for _, l := range m.Labels {
		if len(l.Media) > 0 && len(files) == 0 {
			files = l.Media
		}
		switch l.Label {
		case "Caption", "Text":
			said = l.Value
		default:
			if len(l.Value) > len(longest) && l.Label != "Publish mode" {
				longest = l.Value
			}
		}
	}
	if said == "" && len(m.Labels) > 0 {
		said = longest // the labels are in another language
	}
	for _, t := range []string{m.Title, m.Text} {
		if len(t) > len(said) {
			said = t
		}
	}
	stamp := max(m.Stamp, m.Created)
	for _, f := range files {
		if stamp == 0 {
			stamp = f.Created
		}
		if len(f.Title) > len(said) && len(m.Labels) == 0 && (len(files) == 1 || f.URI == "") {
			said = f.Title
		}
	}
	if stamp == 0 && m.When != "" {
		for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
			if t, err := time.Parse(form, m.When); err == nil {
				stamp = t.Unix()
				break
			}
		}
	}
	first := ""
	for _, f := range files {
		uri := fixMeta(f.URI)
		if uri == "" || strings.HasSuffix(strings.ToLower(uri), ".srt") {
			continue
		}
		if first == "" {
			first = uri
		}
		p.Media = append(p.Media, s.media(uri))
	}
	p.Text, p.At = caption(said), time.Unix(stamp, 0).UTC()
	if p.Text == "" && len(p.Media) == 0 || stamp <= 0 {
		return nil
	}
	if p.Key = first; first == "" {
		h := sha256.New()
		for _, part := range []string{strconv.FormatInt(stamp, 10), p.Text} {
			h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
		}
		p.Key = hex.EncodeToString(h.Sum(nil))
	}
	return p
}

// metaFiles says which members of the download are read, and as what, in the order in which they are: what is archived wins
// over what is shown. No other member is opened.
var metaFiles = []struct {
	tail *regexp.Regexp
	kind string
}{
	{regexp.MustCompile(`(^|/)(media|content)/archived_posts(_\d+)?\.json$`), KindArchived},
	{regexp.MustCompile(`(^|/)(media|content)/posts(_\d+)?\.json$`), KindPost},
	{regexp.MustCompile(`(^|/)(media|content)/(reels|igtv_videos)(_\d+)?\.json$`), KindClip},
	{regexp.MustCompile(`(^|/)(media|content)/stories(_\d+)?\.json$`), KindStory},
}

var (
	metaOldest   = regexp.MustCompile(`(^|/)media\.json$`)
	metaThreads  = regexp.MustCompile(`(^|/)threads(_and_replies)?\.json$`)
	metaUsername = regexp.MustCompile(`(^|/)instagram-([a-z0-9._]{1,30})-\d{4}-`)
)

// metaReader hands on posts, each once.
type metaReader struct {
	s    *Set
	out  *Sink
	seen map[[16]byte]bool
}

func (r *metaReader) take(name, kind string, raw json.RawMessage) error {
	m := &metaPost{}
	if err := json.Unmarshal(raw, m); err != nil {
		r.out.Bad(name, "A post cannot be read.")
		return nil
	}
	// A reel is an object with a list of media, each of which is one.
	p := m.post(r.s, kind)
	if p == nil {
		r.out.Bad(name, "A post has no date, or nothing in it.")
		return nil
	}
	// Files overlap: the same first picture is the same post, and so are the same moment and words.
	for _, id := range []string{"f" + p.Key, "t" + strconv.FormatInt(p.At.Unix(), 10) + p.Text} {
		sum := sha256.Sum256([]byte(id))
		short := [16]byte(sum[:16])
		if r.seen[short] && (id[0] == 'f' || p.Text != "") {
			return nil
		}
		defer func() { r.seen[short] = true }()
	}
	return r.out.Post(p)
}

// Instagram reads the download of Instagram, whichever of its layouts it has.
func Instagram(s *Set, out *Sink) error {
	r := &metaReader{s, out, map[[16]byte]bool{}}
	found := false
	for _, f := range metaFiles {
		for _, name := range s.find(f.tail.MatchString) {
			found = true
			if err := s.each(name, "", func(raw json.RawMessage) error { return r.take(name, f.kind, raw) }); err != nil {
				return err
			}
		}
	}
	for _, name := range s.find(metaOldest.MatchString) {
		for key, kind := range map[string]string{"photos": KindPost, "videos": KindPost, "stories": KindStory} {
			found = true
			if err := s.each(name, key, func(raw json.RawMessage) error { return r.take(name, kind, raw) }); err != nil {
				return err
			}
		}
	}
	if !found {
		return ErrFormat
	}
	metaOwner(s, out)
	return nil
}

// metaOwner finds whose download it is; its labels are in the language that the account used.
func metaOwner(s *Set, out *Sink) {
	names := s.find(func(t string) bool { return strings.HasSuffix(t, "/personal_information.json") || t == "profile.json" })
	for _, name := range names {
		var file struct {
			User []struct {
				Data map[string]struct {
					Value string `json:"value"`
				} `json:"string_map_data"`
			} `json:"profile_user"`
			Username string `json:"username"`
		}
		if s.whole(name, &file) != nil {
			continue
		}
		if file.Username != "" {
			out.Username(file.Username)
			return
		}
		for _, u := range file.User {
			for label, v := range u.Data {
				switch strings.ToLower(fixMeta(label)) {
				case "username", "nom d'utilisateur", "nom d’utilisateur", "benutzername", "nombre de usuario", "nome utente", "nome de usuário", "ユーザーネーム":
					out.Username(fixMeta(v.Value))
					return
				}
			}
		}
	}
	for _, name := range s.names {
		if m := metaUsername.FindStringSubmatch(strings.ToLower(name)); m != nil {
			out.Username(m[2])
			return
		}
	}
}

// Threads reads the posts of Threads out of the download of Instagram.
func Threads(s *Set, out *Sink) error {
	r := &metaReader{s, out, map[[16]byte]bool{}}
	names := s.find(metaThreads.MatchString)
	if len(names) == 0 {
		return ErrFormat
	}
	for _, name := range names {
		if err := s.each(name, "", func(raw json.RawMessage) error { return r.take(name, KindPost, raw) }); err != nil {
			return err
		}
	}
	metaOwner(s, out)
	return nil
}
