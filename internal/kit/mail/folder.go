package mail

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type folder struct {
	dir string
	now func() time.Time
}

// Folder lays each letter as a file of its own (.eml) into dir, which is made when it is not there. Names sort by time.
// A reader never sees half a letter: the file gets its name once it is whole.
func Folder(dir string, now func() time.Time) Sender { return folder{dir, now} }

func (f folder) Send(ctx context.Context, m Message) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now, unique := f.now(), strings.ToLower(rand.Text())
	msg, err := m.letter(now, messageID(m.From, unique))
	if err != nil {
		return err
	}
	text, err := render(msg)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return fmt.Errorf("make mail folder: %w", err)
	}
	name := filepath.Join(f.dir, now.UTC().Format("20060102T150405.000000000Z")+"-"+unique[:8])
	if err := write(name+".part", text); err != nil {
		_ = os.Remove(name + ".part")
		return fmt.Errorf("write letter: %w", err)
	}
	if err := os.Rename(name+".part", name+".eml"); err != nil {
		return fmt.Errorf("write letter: %w", err)
	}
	return nil
}

// write makes a new file that only we may read: letters hold links that let people in.
func write(name string, text []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.Write(text); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Sync(); err != nil {
		_ = file.Close()
		return err
	}
	return file.Close()
}
