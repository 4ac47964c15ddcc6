//go:build !cgo

package audio

import "context"

func devices(context.Context) (Listing, error) { return Listing{}, errNoLibrary }
