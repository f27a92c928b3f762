//go:build !linux

package main

import (
	"errors"
	"time"
)

var errLinux = errors.New("measuring needs Linux, which keeps a clock for each process")

func cpuTime(int) (time.Duration, error)           { return 0, errLinux }
func onThread(func() error) (time.Duration, error) { return 0, errLinux }
func resident(int) (int64, error)                  { return 0, errLinux }
func inMemory(string) (bool, error)                { return false, errLinux }
func processor() string                            { return "" }
func load() float64                                { return 0 }
