package api

import (
	"context"
	"strings"

	"github.com/dakoku/dakoku/platform/fault"
	attendancev1 "github.com/dakoku/dakoku/proto/gen/dakoku/attendance/v1"
	"github.com/dakoku/dakoku/services/attendance/internal/store"
	"github.com/dakoku/dakoku/services/attendance/internal/timeclock"
)

// PutCompany stores the calendar of an organization.
func (p *Provisioning) PutCompany(ctx context.Context, req *attendancev1.PutCompanyRequest) (*attendancev1.PutCompanyResponse, error) {
	if err := checkCompany(req); err != nil {
		return nil, err
	}
	return &attendancev1.PutCompanyResponse{}, p.store.PutCompany(ctx, store.Company{
		Tenant: strings.ToLower(req.GetTenant()), Revision: req.GetRevision(),
		Zone: req.GetTimeZone(), ClosingDay: int(req.GetClosingDay()),
	})
}

func checkCompany(req *attendancev1.PutCompanyRequest) error {
	var fields []fault.Field
	calendar := func(zone string, closing int) error {
		_, err := timeclock.NewCalendar(zone, closing, timeclock.DefaultWorkRules())
		return err
	}
	if calendar(req.GetTimeZone(), timeclock.MonthEnd) != nil {
		fields = append(fields, invalid("timeZone", "TIME_ZONE_UNKNOWN", "タイムゾーンが正しくありません。", "There is no such time zone."))
	}
	if calendar(timeclock.DefaultZone, int(req.GetClosingDay())) != nil {
		fields = append(fields, invalid("closingDay", "CLOSING_DAY_RANGE", "1から28、または31を指定してください。", "Use 1 to 28, or 31 for the last day."))
	}
	if fields != nil {
		return fault.Invalid(fields...)
	}
	return nil
}
