// Package cli holds the operator's commands, one file each. They work beside a running server: what they change is in the
// database, and the server sees it.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"skein/internal/server"
	"skein/internal/skein"
)

// Version is set by the build.
var Version = "0.1.0"

// Root is the whole command line.
type Root struct {
	server.Place

	Config kong.ConfigFlag `help:"File with settings (JSON: {\"listen\": \"...\"}, the names of flags)." placeholder:"FILE"`

	Serve        Serve        `cmd:"" help:"Serve all sites of a data folder."`
	Site         Site         `cmd:"" help:"Sites hosted here."`
	Account      Account      `cmd:"" help:"People of a site."`
	Peer         Peer         `cmd:"" help:"What a site thinks of other servers."`
	Announcement Announcement `cmd:"" help:"What a site tells its people."`

	Relay  Relay  `cmd:"" help:"Servers that pass on the public posts of many."`
	Emoji  Emoji  `cmd:"" help:"Custom emoji of a site."`
	Report Report `cmd:"" help:"What people and peers report."`
	Audit  Audit  `cmd:"" help:"Show who decided what on a site, the newest first."`

	IP          IP          `cmd:"" name:"ip" help:"What a site holds against parts of the network."`
	EmailDomain EmailDomain `cmd:"" help:"Providers of mail that nobody signs up with."`
	Email       Email       `cmd:"" help:"Mailboxes that nobody signs up with."`

	Invite  Invite  `cmd:"" help:"Invitations to a site."`
	Queue   Queue   `cmd:"" help:"What waits, what fails, and what was set aside."`
	Token   Token   `cmd:"" help:"Access for programs."`
	Demo    Demo    `cmd:"" help:"A little fediverse to try: three sites with people in them, nothing to fill in."`
	Version version `cmd:"" help:"Print the version."`
}

type version struct{}

// Run prints the version.
func (version) Run(out io.Writer) error {
	_, err := fmt.Fprintln(out, "skein", Version)
	return err
}

// Main runs a command line and returns the exit code.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, os.Stdout, os.Stderr)
}

// parser makes the command line's parser; docs are written from it too.
func parser(root *Root, out, errs io.Writer, exit func(int)) (*kong.Kong, error) {
	return kong.New(root,
		kong.Name("skein"),
		kong.Description("A social network that nobody owns: hosts sites that speak ActivityPub and the Mastodon API."),
		kong.UsageOnError(),
		kong.DefaultEnvars("SKEIN"),
		kong.Configuration(loadJSON),
		kong.Writers(out, errs),
		kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
	)
}

// exited is what a help flag ends the parser with.
type exited int

func run(ctx context.Context, args []string, out, errs io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(exited)
			if !ok {
				panic(p)
			}
			code = int(e)
		}
	}()
	var root Root
	k, err := parser(&root, out, errs, func(c int) { panic(exited(c)) })
	if err != nil {
		fmt.Fprintln(errs, "skein:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := k.Parse(args)
	if err != nil {
		fmt.Fprintf(errs, "skein: %v. Try 'skein --help'.\n", err)
		return 2
	}
	command.BindTo(ctx, (*context.Context)(nil))
	command.BindTo(out, (*io.Writer)(nil))
	command.Bind(&root)
	if err := command.Run(); err != nil {
		fmt.Fprintln(errs, "skein:", sentence(err))
		return 1
	}
	return 0
}

// sentence is what a person reads of an error.
func sentence(err error) string {
	var e *skein.Error
	if errors.As(err, &e) {
		text := e.Text
		for _, f := range e.Fields {
			if !strings.Contains(text, f.Text) {
				text += " (" + f.Field + ": " + f.Text + ")"
			}
		}
		return text
	}
	return err.Error()
}

// loadJSON reads a config file: an object of flag names.
func loadJSON(r io.Reader) (kong.Resolver, error) {
	var values map[string]any
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(&values); err != nil {
		return nil, fmt.Errorf("the config file is no JSON object of settings: %w", err)
	}
	used := map[string]bool{}
	return &fileResolver{values, used}, nil
}

type fileResolver struct {
	values map[string]any
	used   map[string]bool
}

// Validate refuses names that no flag has: a misspelt setting must not be passed over.
func (f *fileResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(n kong.Visitable, next kong.Next) error {
		if flag, ok := n.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for name := range f.values {
		if !known[name] {
			return fmt.Errorf("the config file has a setting %q that does not exist", name)
		}
	}
	return nil
}

func (f *fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	v, ok := f.values[flag.Name]
	if !ok {
		return nil, nil
	}
	return v, nil
}

// open wires a server for a command that does not serve: nothing runs in it.
func open(ctx context.Context, root *Root) (*server.Server, error) { return openWith(ctx, root, "") }

// openWith is open with another folder for files than the usual one.
func openWith(ctx context.Context, root *Root, media string) (*server.Server, error) {
	return server.New(ctx, server.Config{
		Place: root.Place, Version: Version, RateLimit: "off", Media: media,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}

// logger writes what a running server has to say.
func logger(level string, w io.Writer) *slog.Logger {
	var l slog.Level
	_ = l.UnmarshalText([]byte(level)) // kong has checked it
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: l}))
}
