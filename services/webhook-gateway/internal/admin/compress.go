package admin

import (
	"compress/gzip"
	"net/http"
	"slices"

	"github.com/dakoku/dakoku/services/webhook-gateway/internal/admin/contract"
	"github.com/klauspost/compress/gzhttp"
)

const (
	// leastCompressed is the size from which an answer is worth it: below, it is one packet either way.
	leastCompressed = 1024
	// jitter is how many bytes at most a compressed answer is longer than it need be. How many it is depends on what is
	// in the answer, so that its length tells little of it, and asking again tells no more.
	jitter = 64
	// jitterOf is how much of an answer decides that.
	jitterOf = 64 << 10
)

// plainly is the header by which the compressor is told to let an answer pass; it takes it away.
const plainly = gzhttp.HeaderNoCompression

// newCompressor makes what sends long answers compressed to whoever reads gzip. What is compressed already passes as it is.
func newCompressor() (middleware, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(leastCompressed), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.EnableZstd(false),
		gzhttp.RandomJitter(jitter, jitterOf, true),
		gzhttp.ContentTypes([]string{"application/json", "text/csv", "text/html", "text/css"}),
	)
	return func(next http.Handler) http.Handler { return wrap(next) }, err
}

// mayCompress reports that the answer of an operation tells no secret. The length of a compressed answer says
// something of what is in it, to whoever sees the connection and can put words of their own beside a secret. Secrets
// are told by what makes them, once, and to those who have just proved who they are; lists and things are not, and
// neither are the lines of an import, which are as many as those of a list.
func mayCompress(op *contract.Operation) bool {
	return (op.Method == http.MethodGet && !op.StepUp) || slices.Contains(imports, op.ID)
}
