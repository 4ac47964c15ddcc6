package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/patchcord/patchcord/internal/redact"
)

// post sends the job to its URL. A redirection is not followed: it could lead anywhere.
func post(ctx context.Context, j Job, said *output) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, j.URL, bytes.NewReader(j.Input))
	if err != nil {
		return errors.New("has an address that cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return unreached(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	_, err = io.Copy(said, io.LimitReader(resp.Body, maxOutput))
	return err
}

// unreached says why nothing was posted. The library's error has the whole URL, which often holds a
// token, or a proxy with its password.
func unreached(err error) error {
	var whole *url.Error
	if errors.As(err, &whole) {
		err = whole.Err
	}
	var hide *redact.Filter
	return errors.New("could not be reached: " + hide.String(err.Error()))
}
