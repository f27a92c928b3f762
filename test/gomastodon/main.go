// Command gomastodon drives a server through github.com/mattn/go-mastodon, as a test: it registers, takes a code, and reads
// and writes. Its first argument is the server, the second the file that tells of the registered program, the third the code.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/mattn/go-mastodon"
)

const redirect = "urn:ietf:wg:oauth:2.0:oob"

func main() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	var err error
	if len(os.Args) == 3 {
		err = register(ctx, os.Args[1], os.Args[2])
	} else {
		err = drive(ctx, os.Args[1], os.Args[2], os.Args[3])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// register makes the program known and prints where its owner allows it.
func register(ctx context.Context, server, file string) error {
	app, err := mastodon.RegisterApp(ctx, &mastodon.AppConfig{Server: server, ClientName: "go-mastodon", Scopes: "read write follow", RedirectURIs: redirect})
	if err != nil {
		return err
	}
	b, err := json.Marshal(app)
	if err != nil {
		return err
	}
	fmt.Println(app.AuthURI)
	return os.WriteFile(file, b, 0o600)
}

func drive(ctx context.Context, server, file, code string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var app mastodon.Application
	if err := json.Unmarshal(b, &app); err != nil {
		return err
	}
	c := mastodon.NewClient(&mastodon.Config{Server: server, ClientID: app.ClientID, ClientSecret: app.ClientSecret})
	if err := c.AuthenticateToken(ctx, code, redirect); err != nil {
		return fmt.Errorf("token: %w", err)
	}
	me, err := c.GetAccountCurrentUser(ctx)
	if err != nil || me.Username != "ada" {
		return fmt.Errorf("who am I: %+v, %w", me, err)
	}
	instance, err := c.GetInstance(ctx)
	if err != nil || instance.URI == "" {
		return fmt.Errorf("instance: %+v, %w", instance, err)
	}
	post, err := c.PostStatus(ctx, &mastodon.Toot{Status: "hello from go #gophers", SpoilerText: "greeting", Visibility: "public"})
	if err != nil || post.SpoilerText != "greeting" {
		return fmt.Errorf("post: %+v, %w", post, err)
	}
	for what, call := range map[string]func() error{
		"favourite": func() error { _, err := c.Favourite(ctx, post.ID); return err },
		"bookmark":  func() error { _, err := c.Bookmark(ctx, post.ID); return err },
		"context":   func() error { _, err := c.GetStatusContext(ctx, post.ID); return err },
		"search":    func() error { _, err := c.Search(ctx, "ada", false); return err },
		"followers": func() error { _, err := c.GetAccountFollowers(ctx, me.ID, nil); return err },
		"blocks":    func() error { _, err := c.GetBlocks(ctx, nil); return err },
		"mutes":     func() error { _, err := c.GetMutes(ctx, nil); return err },
		"lists":     func() error { _, err := c.GetLists(ctx); return err },
		"filters":   func() error { _, err := c.GetFilters(ctx); return err },
		"notes":     func() error { _, err := c.GetNotifications(ctx, nil); return err },
		"relations": func() error { _, err := c.GetAccountRelationships(ctx, []string{string(me.ID)}); return err },
		"public":    func() error { _, err := c.GetTimelinePublic(ctx, true, nil); return err },
	} {
		if err := call(); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	list, err := c.CreateList(ctx, "gophers")
	if err != nil {
		return fmt.Errorf("create list: %w", err)
	}
	if err := c.DeleteList(ctx, list.ID); err != nil {
		return fmt.Errorf("delete list: %w", err)
	}
	tagged, err := c.GetTimelineHashtag(ctx, "gophers", false, nil)
	if err != nil || !slices.ContainsFunc(tagged, func(s *mastodon.Status) bool { return s.ID == post.ID }) {
		return fmt.Errorf("hashtag: %d posts, %w", len(tagged), err)
	}
	var page mastodon.Pagination
	page.Limit = 1
	if _, err := c.GetFavourites(ctx, &page); err != nil || page.MinID == "" && page.SinceID == "" && page.MaxID == "" {
		return fmt.Errorf("pages by Link: %+v, %w", page, err)
	}
	if err := c.DeleteStatus(ctx, post.ID); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	fmt.Println("ok")
	return nil
}
