package main

import (
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"
)

// readProxy tells which proxy Go's programs use for a URL in an environment. Where a variable is there in both cases,
// releases of x/net since 0.57 look at the other one first than Go 1.26's own copy of the package, which net/http uses.
func readProxy(_ string, asked question) (any, error) {
	os.Clearenv()
	for name, value := range asked.Env {
		os.Setenv(name, value)
	}
	target, err := url.Parse(asked.Target)
	if err != nil {
		return nil, err
	}
	config := httpproxy.Config{
		HTTPProxy:  either("HTTP_PROXY", "http_proxy"),
		HTTPSProxy: either("HTTPS_PROXY", "https_proxy"),
		NoProxy:    either("NO_PROXY", "no_proxy"),
		CGI:        os.Getenv("REQUEST_METHOD") != "",
	}
	proxy, err := config.ProxyFunc()(target)
	if err != nil || proxy == nil {
		return nil, err
	}
	return proxy.String(), nil
}

func either(first, second string) string {
	if value := os.Getenv(first); value != "" {
		return value
	}
	return os.Getenv(second)
}
