package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// profileAll takes a processor profile of each program for the length of a round, beside it.
func (s *site) profileAll(ctx context.Context, o options) {
	for _, p := range s.programs {
		go func() {
			if err := takeProfile(ctx, p, o); err != nil {
				fmt.Fprintf(os.Stderr, "profile of %s: %v\n", p.name, err)
			}
		}()
	}
}

func takeProfile(ctx context.Context, p *program, o options) error {
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", p.debug, max(int(o.length.Seconds()), 1))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	file, err := os.Create(filepath.Join(o.profile, p.name+".pprof"))
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, response.Body); err != nil {
		return err
	}
	return file.Close()
}
