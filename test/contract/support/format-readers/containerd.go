package main

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"

	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/containerd/containerd/v2/core/remotes/docker/config"
	"github.com/containerd/log"
	"github.com/sirupsen/logrus"
)

type endpoint struct {
	URL        string      `json:"url"`
	Resolve    bool        `json:"resolve"`
	Pull       bool        `json:"pull"`
	SkipVerify bool        `json:"skipVerify"`
	Header     http.Header `json:"header,omitempty"`
}

// failure hears of a hosts.toml that containerd cannot read: it logs that and goes on without the file.
type failure struct{ err error }

func (*failure) Levels() []logrus.Level { return []logrus.Level{logrus.ErrorLevel} }

func (f *failure) Fire(entry *logrus.Entry) error {
	f.err, _ = entry.Data[logrus.ErrorKey].(error)
	return nil
}

// readHostsToml tells which hosts containerd asks for a registry, by a tree of hosts.toml files.
func readHostsToml(folder string, asked question) (any, error) {
	heard := &failure{}
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	logger.AddHook(heard)
	ctx := log.WithLogger(context.Background(), logrus.NewEntry(logger))
	hosts, err := config.ConfigureHosts(ctx, config.HostOptions{
		HostDir: config.HostDirFromRoot(filepath.Join(folder, "certs.d")),
	})(asked.Target)
	if err != nil {
		return nil, err
	}
	if heard.err != nil {
		return nil, heard.err
	}
	all := []endpoint{}
	for _, host := range hosts {
		all = append(all, endpoint{
			URL:        host.Scheme + "://" + host.Host + host.Path,
			Resolve:    host.Capabilities.Has(docker.HostCapabilityResolve),
			Pull:       host.Capabilities.Has(docker.HostCapabilityPull),
			SkipVerify: skipsVerify(host.Client),
			Header:     host.Header,
		})
	}
	return all, nil
}

func skipsVerify(client *http.Client) bool {
	transport, isPlain := client.Transport.(*http.Transport)
	if !isPlain {
		return true // The fallback to plain HTTP, which wraps the transport.
	}
	var settings *tls.Config = transport.TLSClientConfig
	return settings != nil && settings.InsecureSkipVerify
}
