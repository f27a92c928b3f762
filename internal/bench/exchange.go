package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"skein/internal/kit/activitypub"
	"skein/internal/kit/httpsig"
)

// exchangeFlag makes this program do nothing but plain deliveries, so that what they cost can be measured by themselves.
var exchangeFlag = flag.String("exchange", "", "post to so many hosts of a port and tell the processor time: PORT,HOSTS")

// exchange measures what one signed delivery costs a plain Go program: an RSA-2048 signature and an HTTP request on a
// connection of its own to each host, as many at once as the server has lanes. It runs in a process of its own.
func exchange(ctx context.Context, many *peer, n int) (time.Duration, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, self, "-exchange", strconv.Itoa(many.port)+","+strconv.Itoa(n)).Output()
	if err != nil {
		return 0, err
	}
	return time.ParseDuration(strings.TrimSpace(string(out)))
}

// exchangeOnly is the process that exchange starts. It tells what one delivery cost.
func exchangeOnly(ctx context.Context, what string) error {
	var port, n int
	if _, err := fmt.Sscanf(what, "%d,%d", &port, &n); err != nil {
		return err
	}
	key, err := httpsig.GenerateRSA()
	if err != nil {
		return err
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		},
		MaxIdleConns: 256,
	}}
	body := []byte(`{"@context":"https://www.w3.org/ns/activitystreams","type":"View","content":"` + strings.Repeat("x", 2000) + `"}`)
	digest := sha256.Sum256(body)
	one := func(i int) error {
		host := fmt.Sprintf("h%d.localhost:%d", i+1, port)
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+host+"/inbox", bytes.NewReader(body))
		if err != nil {
			return err
		}
		date := time.Now().UTC().Format(http.TimeFormat)
		hash := sha256.Sum256([]byte("(request-target): post /inbox\nhost: " + host + "\ndate: " + date))
		value, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash[:])
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", activitypub.ContentType)
		r.Header.Set("Date", date)
		r.Header.Set("Digest", "SHA-256="+base64.StdEncoding.EncodeToString(digest[:]))
		r.Header.Set("Signature", base64.StdEncoding.EncodeToString(value))
		resp, err := client.Do(r)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := times(min(n, 100), 8, one); err != nil { // nobody starts cold
		return err
	}
	before, err := cpuTime(os.Getpid())
	if err != nil {
		return err
	}
	if err := times(n, 128, one); err != nil {
		return err
	}
	after, err := cpuTime(os.Getpid())
	fmt.Println((after - before) / time.Duration(n))
	return err
}
