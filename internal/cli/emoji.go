package cli

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"text/tabwriter"

	"skein/internal/core/media"
	"skein/internal/core/site"
	"skein/internal/server"
	"skein/internal/skein"
)

// Emoji is `skein emoji`.
type Emoji struct {
	List   emojiList   `cmd:"" help:"List the custom emoji of a site."`
	Add    emojiAdd    `cmd:"" help:"Add a custom emoji, or give the one of that code another picture: PNG, GIF or WebP up to 256 KB."`
	Import emojiImport `cmd:"" help:"Add all pictures of a folder or a zip file; their codes are the names of the files."`
	Remove emojiRemove `cmd:"" help:"Take a custom emoji away."`
}

// emojiPlace is where an emoji belongs.
type emojiPlace struct {
	Site  string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	Media string `help:"Folder for files, if the server was given another than the folder media in the data folder." placeholder:"DIR"`
}

func (p *emojiPlace) open(ctx context.Context, root *Root) (*server.Server, *skein.Site, error) {
	s, err := openWith(ctx, root, p.Media)
	if err != nil {
		return nil, nil, err
	}
	home, err := siteOf(ctx, s, p.Site)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return s, home, nil
}

// put makes an emoji of a file.
func put(ctx context.Context, s *server.Server, home *skein.Site, code, category string, hidden bool, in io.Reader) error {
	if _, err := site.CheckEmoji(code, category); err != nil { // before any work
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(in, media.EmojiBytes+1))
	if err != nil {
		return err
	}
	p, err := s.Media.Emoji(ctx, home, raw)
	if err != nil {
		return err
	}
	err = s.Sites.PutEmoji(ctx, home.ID, site.Emoji{Code: code, Category: category, Hidden: hidden, Picture: *p})
	if err != nil {
		s.Media.Forget(ctx, p)
	}
	return err
}

type emojiList struct {
	Site string `required:"" help:"Domain of the site." placeholder:"DOMAIN"`
	JSON bool   `help:"For scripts."`
}

// Run lists the emoji.
func (c *emojiList) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, who, err := asSite(ctx, root, c.Site)
	if err != nil {
		return err
	}
	defer s.Close()
	list, err := s.Sites.Emojis(ctx, who.Site)
	if err != nil {
		return err
	}
	if c.JSON {
		type row struct {
			Code     string `json:"code"`
			Category string `json:"category,omitempty"`
			Hidden   bool   `json:"hidden,omitempty"`
			URL      string `json:"url"`
		}
		rows := []row{}
		for _, e := range list {
			rows = append(rows, row{e.Code, e.Category, e.Hidden, e.URL})
		}
		return json.NewEncoder(out).Encode(rows)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, "The site has no emoji of its own.")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CODE\tCATEGORY\tIN PICKERS")
	for _, e := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\n", e.Code, e.Category, map[bool]string{true: "no", false: "yes"}[e.Hidden])
	}
	return w.Flush()
}

type emojiAdd struct {
	emojiPlace
	Code     string `arg:"" help:"Its code, without colons."`
	File     string `arg:"" help:"The picture." type:"existingfile"`
	Category string `help:"Heading in pickers." placeholder:"NAME"`
	Hidden   bool   `help:"Leave it out of pickers."`
}

// Run adds the emoji.
func (c *emojiAdd) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, home, err := c.open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := put(ctx, s, home, c.Code, c.Category, c.Hidden, f); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, ":%s: is an emoji of %s now.\n", c.Code, home.Domain)
	return err
}

type emojiImport struct {
	emojiPlace
	From      string `arg:"" help:"Folder or zip file." type:"path"`
	Category  string `help:"Heading in pickers." placeholder:"NAME"`
	Prefix    string `help:"What all codes begin with."`
	Suffix    string `help:"What all codes end with."`
	Hidden    bool   `help:"Leave them out of pickers."`
	Overwrite bool   `help:"Give codes that are there already the new pictures; without it they are left as they are."`
}

// Run imports the emoji.
func (c *emojiImport) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, home, err := c.open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	from := os.DirFS(c.From)
	if strings.EqualFold(path.Ext(c.From), ".zip") {
		z, err := zip.OpenReader(c.From)
		if err != nil {
			return fmt.Errorf("open %s: %w", c.From, err)
		}
		defer z.Close()
		from = z
	}
	have := map[string]bool{}
	list, err := s.Sites.Emojis(ctx, home.ID)
	if err != nil {
		return err
	}
	for _, e := range list {
		have[e.Code] = true
	}
	added, left, failed := 0, 0, 0
	err = fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		base := path.Base(name)
		end := strings.ToLower(path.Ext(base))
		if strings.HasPrefix(base, ".") || end != ".png" && end != ".gif" && end != ".webp" {
			return nil
		}
		code := c.Prefix + strings.ReplaceAll(base[:len(base)-len(end)], "-", "_") + c.Suffix
		if have[code] && !c.Overwrite {
			left++
			return nil
		}
		f, err := from.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := put(ctx, s, home, code, c.Category, c.Hidden, f); err != nil {
			if skein.KindOf(err) == skein.Internal {
				return err
			}
			failed++
			_, err = fmt.Fprintf(out, "%s: %v\n", name, err)
			return err
		}
		added++
		return nil
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d added, %d were there already, %d not taken.\n", added, left, failed)
	return err
}

type emojiRemove struct {
	emojiPlace
	Code string `arg:"" help:"Its code, without colons."`
}

// Run removes the emoji.
func (c *emojiRemove) Run(ctx context.Context, root *Root, out io.Writer) error {
	s, home, err := c.open(ctx, root)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Sites.RemoveEmoji(ctx, home.ID, strings.Trim(c.Code, ":")); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, ":%s: is no emoji of %s any more.\n", strings.Trim(c.Code, ":"), home.Domain)
	return err
}
