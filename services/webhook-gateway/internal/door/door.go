// Package door is how both doors listen: hard limits for every connection, and an
// end at which nobody is cut off.
//
// It knows HTTP connections and the order in which they end. It refuses to know what
// is asked and answered.
package door

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"
)

// drain bounds how long answers under way may take when the door closes; a
// request lives at most this long anyway.
const drain = 15 * time.Second

// Door answers requests. Handler and Log are required.
type Door struct {
	// Handler answers.
	Handler http.Handler
	// Log takes what the server has to say about connections.
	Log *zap.Logger
	// Leaving is closed when the door will close soon. From then on each answer ends
	// its connection, so that whoever keeps it comes again by a new one, which a
	// balancer leads elsewhere. What is idle stays: to end it here could meet a request
	// on its way. nil: it is not told.
	Leaving <-chan struct{}
	// Most bounds the connections at once; see guests. 0: as many as come.
	Most int
}

// Serve answers on lis until ctx ends, then lets requests under way finish.
// HTTP/1.1 only: TLS ends at the proxy in front.
func (d Door) Serve(ctx context.Context, lis net.Listener) error {
	server := d.server()
	served := make(chan error, 1)
	go func() { served <- server.Serve(lis) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := server.Shutdown(stop)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

func (d Door) server() *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	server := &http.Server{
		Handler:           http.HandlerFunc(d.answer),
		Protocols:         protocols,
		ReadHeaderTimeout: 2 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          zap.NewStdLog(d.Log),
	}
	if d.Most > 0 {
		(&guests{most: d.Most, log: d.Log}).seat(server)
	}
	return server
}

func (d Door) answer(w http.ResponseWriter, r *http.Request) {
	select {
	case <-d.Leaving:
		w.Header().Set("Connection", "close")
	default:
	}
	d.Handler.ServeHTTP(w, r)
}
