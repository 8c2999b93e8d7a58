package admin

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"go.uber.org/zap"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

const (
	reportPath = "/v1/reports/attendance.csv"
	exportID   = "AttendanceAdminService_ExportAttendance"
	// downloadBudget is the longest that a report may take as a whole.
	downloadBudget = 10 * time.Minute
	// pieceBudget is the longest that a client may take for one piece of it.
	pieceBudget = 30 * time.Second
	// askAgain is how long a caller who is sent a report may go unasked for: whoever loses a right loses the rest of it.
	askAgain = 2 * time.Second
)

// budget is how long a request may take; a report is as long as a company is large.
func budget(r *http.Request) time.Duration {
	if r.URL.Path == reportPath {
		return downloadBudget
	}
	return requestBudget
}

// export answers a report piece by piece, as the service writes it. What fails
// before the first piece is answered like any error; afterwards the connection
// is cut, so that nobody takes a part for the whole.
func (e *Edge) export(w http.ResponseWriter, r *http.Request) {
	ctx := metadata.NewOutgoingContext(r.Context(), outgoing(r.Context(), r))
	period := r.URL.Query().Get("period")
	rounding := attendancev1.Timesheet_Rounding(attendancev1.Timesheet_Rounding_value[r.URL.Query().Get("rounding")])
	stream, err := attendancev1.NewAttendanceAdminServiceClient(e.cfg.Backends.Attendance).
		ExportAttendance(ctx, &attendancev1.ExportAttendanceRequest{Period: period, Rounding: rounding})
	var piece *attendancev1.ExportAttendanceResponse
	if err == nil {
		piece, err = stream.Recv()
	}
	if err != nil {
		e.answerError(r.Context(), nil, nil, w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "attendance-" + period + ".csv"}))
	w.Header().Set("Content-Language", visitOf(r.Context()).language)
	answer := http.NewResponseController(w)
	asked := e.cfg.Now()
	for err == nil {
		if now := e.cfg.Now(); now.Sub(asked) >= askAgain {
			if asked, err = now, visitOf(r.Context()).again(r.Context()); err != nil {
				break
			}
		}
		deadline := time.Now().Add(pieceBudget)
		_ = answer.SetReadDeadline(deadline) // the server watches for a client that leaves; without a connection to set it on, nothing does
		_ = answer.SetWriteDeadline(deadline)
		if _, err = io.Copy(w, strings.NewReader(piece.GetCsv())); err == nil {
			err = answer.Flush()
		}
		if err == nil {
			piece, err = stream.Recv()
		}
	}
	if !errors.Is(err, io.EOF) {
		e.cfg.Log.Warn("a report was cut off", zap.String("requestId", visitOf(r.Context()).requestID), zap.Stringer("code", status.Code(err)))
		panic(http.ErrAbortHandler) //nolint:forbidigo // the only way that net/http has to cut a connection
	}
}
