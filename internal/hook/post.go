package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/patchcord/patchcord/internal/proxies"
	"github.com/patchcord/patchcord/internal/reach"
)

// post sends the job to its URL. A redirection is not followed: it could lead anywhere.
func post(ctx context.Context, j Job, said *output) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, j.URL, bytes.NewReader(j.Input))
	if err != nil {
		return errors.New("has an address that cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	transport := reach.Transport(reach.Options{To: req.URL, Proxy: proxies.Of("")})
	transport.DisableKeepAlives = true
	ctx, trail := reach.Follow(ctx)
	resp, err := reach.Client(transport).Do(req.WithContext(ctx))
	if err == nil {
		defer resp.Body.Close()
		if resp.StatusCode/100 != 2 {
			return fmt.Errorf("answered with status %d", resp.StatusCode)
		}
		_, err = io.Copy(said, io.LimitReader(resp.Body, maxOutput))
	}
	if err != nil { // the library's words have the whole URL, which often holds a token
		to := reach.At(req.URL, "server", "server", "hook", limit)
		return errors.New("could not be reached: " + reach.Explain(to, trail.Mark(err)).What)
	}
	return nil
}
