package server

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the numbers for the operator. No label has a value that a visitor chooses (T102).
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "skein_requests_total", Help: "Requests by kind of route and class of status.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "skein_request_seconds", Help: "Time to answer, by kind of route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) request(route string, status int, d time.Duration) {
	if status == 0 {
		status = http.StatusOK
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Inc()
	if route != "/api/v1/streaming" {
		m.seconds.WithLabelValues(route).Observe(d.Seconds())
	}
}

// watchQueue adds the queue's numbers, read from the database when they are asked for.
func (s *Server) watchQueue() {
	desc := func(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }
	s.metrics.registry.MustRegister(&queueCollector{s, []*prometheus.Desc{
		desc("skein_jobs", "Jobs that wait or run."),
		desc("skein_jobs_dead", "Jobs that were set aside after too many failures."),
		desc("skein_deliveries", "Deliveries that wait."),
		desc("skein_hosts_failing", "Peers' hosts that do not answer."),
		desc("skein_jobs_done_total", "Jobs done by this process."),
		desc("skein_jobs_failed_total", "Attempts at jobs by this process that failed."),
	}})
}

type queueCollector struct {
	s     *Server
	descs []*prometheus.Desc
}

func (c *queueCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range c.descs {
		ch <- d
	}
}

func (c *queueCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if q, err := c.s.DB.Shared().QueueState(ctx); err == nil {
		for i, v := range []int{q.Jobs, q.DeadJobs, q.Deliveries, q.HostsFailing} {
			ch <- prometheus.MustNewConstMetric(c.descs[i], prometheus.GaugeValue, float64(v))
		}
	}
	ch <- prometheus.MustNewConstMetric(c.descs[4], prometheus.CounterValue, float64(c.s.Queue.Done.Load()))
	ch <- prometheus.MustNewConstMetric(c.descs[5], prometheus.CounterValue, float64(c.s.Queue.Failed.Load()))
}

// metricsHandler serves the operator's own address.
func (s *Server) metricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.health)
	return mux
}

// recorder remembers the status. It lets streams through to what is below.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Flush and Hijack: for libraries that ask by type instead of through a ResponseController.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// Hijack hands the connection over, to a WebSocket.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(r.ResponseWriter).Hijack()
}
