package archive

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var tweetFiles = regexp.MustCompile(`(^|/)data/tweets?(-part\d+)?\.js$`)

type tweet struct {
	ID        string `json:"id_str"`
	Created   string `json:"created_at"`
	Full      string `json:"full_text"`
	Language  string `json:"lang"`
	Sensitive bool   `json:"possibly_sensitive"`
	ReplyTo   string `json:"in_reply_to_status_id_str"`
	ReplyUser string `json:"in_reply_to_user_id_str"`
	ReplyName string `json:"in_reply_to_screen_name"`
	Entities  struct {
		URLs []struct {
			URL      string `json:"url"`
			Expanded string `json:"expanded_url"`
		} `json:"urls"`
	} `json:"entities"`
	Extended struct {
		Media []struct {
			Type  string `json:"type"`
			URL   string `json:"url"`
			File  string `json:"media_url_https"`
			Alt   string `json:"ext_alt_text"`
			Video struct {
				Variants []struct {
					Bitrate json.RawMessage `json:"bitrate"`
					Type    string          `json:"content_type"`
					URL     string          `json:"url"`
				} `json:"variants"`
			} `json:"video_info"`
		} `json:"media"`
	} `json:"extended_entities"`
}

type noteTweet struct {
	Text    string
	Created time.Time
}

// script reads the list in a file of X: all behind the first =.
func (s *Set) script(name string, one func(json.RawMessage) error) error {
	r, err := s.text(name)
	if err != nil {
		return err
	}
	defer r.Close()
	in := bufio.NewReader(r)
	for n := 0; ; n++ {
		b, err := in.ReadByte()
		if err != nil {
			return faultOf(err)
		}
		if b == '=' {
			break
		}
		if n > 4096 {
			return ErrFormat
		}
	}
	return elements(in, "", one)
}

// Twitter reads the archive of X. Reposts are left; links are written out; posts that go on from one's own are threads again.
func Twitter(s *Set, out *Sink) error {
	files := s.find(tweetFiles.MatchString)
	if len(files) == 0 {
		return ErrFormat
	}
	data := path.Dir(files[0])
	var owner struct {
		Account struct {
			ID   string `json:"accountId"`
			Name string `json:"username"`
		} `json:"account"`
	}
	if err := s.script(path.Join(data, "account.js"), func(raw json.RawMessage) error { return json.Unmarshal(raw, &owner) }); err == nil {
		out.Username(owner.Account.Name)
	} else if errors.Is(err, ErrHostile) {
		return err
	}
	notes, err := s.noteTweets(data)
	if err != nil {
		return err
	}
	for _, name := range files {
		if err := s.script(name, func(raw json.RawMessage) error {
			var wrapped struct {
				Tweet *tweet `json:"tweet"`
			}
			if err := json.Unmarshal(raw, &wrapped); err == nil && wrapped.Tweet == nil { // very old ones are bare
				wrapped.Tweet = &tweet{}
				_ = json.Unmarshal(raw, wrapped.Tweet)
			}
			t := wrapped.Tweet
			if t == nil {
				out.Bad(path.Base(name), "A post cannot be read.")
				return nil
			}
			at, err := time.Parse("Mon Jan 02 15:04:05 -0700 2006", t.Created)
			if err != nil || t.ID == "" {
				out.Bad(path.Base(name), "A post has no date, or no number.")
				return nil
			}
			if strings.HasPrefix(t.Full, "RT @") { // "retweeted" is always false in archives
				out.Left("boost")
				return nil
			}
			return out.Post(t.post(s, data, owner.Account.ID, at.UTC(), notes))
		}); err != nil {
			return err
		}
	}
	return nil
}

// noteTweets reads the long posts, by the second in which each was made.
func (s *Set) noteTweets(data string) (map[int64][]noteTweet, error) {
	notes := map[int64][]noteTweet{}
	total := 0
	err := s.script(path.Join(data, "note-tweet.js"), func(raw json.RawMessage) error {
		var n struct {
			Note struct {
				Created time.Time `json:"createdAt"`
				Core    struct {
					Text string `json:"text"`
				} `json:"core"`
			} `json:"noteTweet"`
		}
		if json.Unmarshal(raw, &n) != nil {
			return nil
		}
		if total += len(n.Note.Core.Text); total > maxElement*4 {
			return fmt.Errorf("%w: too many long posts", ErrHostile)
		}
		at := n.Note.Created.Unix()
		notes[at] = append(notes[at], noteTweet{n.Note.Core.Text, n.Note.Created})
		return nil
	})
	if errors.Is(err, ErrLost) || errors.Is(err, io.EOF) {
		err = nil
	}
	return notes, err
}

func (t *tweet) post(s *Set, data, owner string, at time.Time, notes map[int64][]noteTweet) *Post {
	p := &Post{Key: t.ID, Kind: KindPost, At: at, Sensitive: t.Sensitive, Visibility: "public"}
	if len(t.Language) == 2 {
		p.Language = t.Language
	}
	full := t.Full
	for second := at.Unix(); second <= at.Unix()+1; second++ {
		for _, n := range notes[second] {
			begin := []rune(strings.TrimSuffix(t.Full, "…"))
			if len(begin) > 60 {
				begin = begin[:60]
			}
			if strings.HasPrefix(n.Text, string(begin)) || strings.HasPrefix(html.UnescapeString(n.Text), html.UnescapeString(string(begin))) {
				full = n.Text
			}
		}
	}
	for _, m := range t.Extended.Media {
		full = strings.ReplaceAll(full, m.URL, "")
		file := m.File
		if m.Type != "photo" {
			best := -1
			for _, v := range m.Video.Variants {
				rate, _ := strconv.Atoi(strings.Trim(string(v.Bitrate), `"`))
				if v.Type == "video/mp4" && rate > best {
					best, file = rate, v.URL
				}
			}
		}
		file, _, _ = strings.Cut(path.Base(file), "?")
		found := s.media(path.Join(data, "tweets_media", t.ID+"-"+file))
		if found.Lost {
			if older := s.media(path.Join(data, "tweet_media", t.ID+"-"+file)); !older.Lost {
				found = older
			}
		}
		found.Alt = m.Alt
		p.Media = append(p.Media, found)
	}
	for _, u := range t.Entities.URLs {
		if u.URL != "" && u.Expanded != "" {
			full = strings.ReplaceAll(full, u.URL, u.Expanded)
		}
	}
	p.Text = strings.TrimSpace(html.UnescapeString(full))
	switch {
	case t.ReplyTo == "":
	case t.ReplyUser == owner && owner != "":
		p.Parent = t.ReplyTo
	default:
		p.Kind = KindReply
		if _, err := strconv.ParseUint(t.ReplyTo, 10, 64); err == nil {
			p.Elsewhere = "https://x.com/i/status/" + t.ReplyTo
		}
	}
	return p
}
