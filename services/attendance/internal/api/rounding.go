package api

import (
	"context"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
	"github.com/dakoku/dakoku/platform/rpc"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timesheet"
)

// onlyDown is what everybody reads who rounds down only.
func onlyDown() fault.Text {
	return fault.Text{
		JA: "切捨てのみの端数処理は認められていません。1か月の合計に限り、30分未満を切り捨て、30分以上を1時間に切り上げることができます(昭63.3.14 基発第150号)。",
		EN: "Rounding down only is not allowed. Only the total of a month may be rounded, under 30 minutes down and from 30 minutes up to the hour (Kihatsu No. 150 of 1988-03-14).",
	}
}

// readRounding reads how totals shall be rounded.
func readRounding(wanted attendancev1.Timesheet_Rounding) (timesheet.Rounding, error) {
	switch wanted {
	case attendancev1.Timesheet_ROUNDING_UNSPECIFIED:
		return timesheet.NoRounding, nil
	case attendancev1.Timesheet_NEAREST_HOUR, attendancev1.Timesheet_DOWN_TO_HOUR:
		return timesheet.Rounding(wanted.String()), nil
	default:
		return timesheet.NoRounding, fault.Invalid(invalid("rounding", "UNKNOWN_VALUE",
			"NEAREST_HOUR または DOWN_TO_HOUR を指定してください。", "Use NEAREST_HOUR or DOWN_TO_HOUR."))
	}
}

// round adds the view of the totals to a message, which otherwise stays as it is.
func round(ctx context.Context, into *attendancev1.Timesheet, s store.Timesheet, by timesheet.Rounding) *attendancev1.Timesheet {
	if by == timesheet.NoRounding {
		return into
	}
	view := &attendancev1.Timesheet_RoundedTotals{
		Rounding:      attendancev1.Timesheet_Rounding(attendancev1.Timesheet_Rounding_value[string(by)]),
		WorkedMinutes: count(int(by.Of(timesheet.Sum(daysOf(s)).Worked) / time.Minute)),
	}
	if by.OnlyDown() {
		view.Warnings = append(view.Warnings, &attendancev1.Timesheet_Warning{
			Reason: attendancev1.Timesheet_Warning_ROUNDS_DOWN_ONLY, Message: onlyDown().In(rpc.Language(ctx)),
		})
	}
	into.RoundedTotals = view
	return into
}
