package hook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// post sends the job to its URL. A redirection is not followed: it could lead anywhere.
func post(ctx context.Context, j Job, said *output) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, j.URL, bytes.NewReader(j.Input))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	client := http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("could not be reached: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	_, err = io.Copy(said, io.LimitReader(resp.Body, maxOutput))
	return err
}
