package identity

import (
	"context"
	"strconv"

	"github.com/dakoku/dakoku/platform/fault"
)

// ETag names the revision of the organization.
func (o Organization) ETag() string { return strconv.FormatInt(o.Revision, 10) }

func (o Organization) values() Values {
	return Values{"name": o.Name, "timeZone": o.TimeZone, "locale": o.Locale, "closingDay": o.ClosingDay}
}

// OrganizationChange is what becomes of an organization; the zero value changes
// nothing.
type OrganizationChange struct {
	Organization Organization
	Changed      bool
	Record       Record
}

// ChangeOrganization changes name, zone, locale and closing day; etag is compared
// when not empty, dry only checks. calendar tells that attendance is to hear of it.
// Reasons: INVALID_ARGUMENT, ETAG_STALE.
func (d *Desk) ChangeOrganization(ctx context.Context, by Actor, etag string, dry bool, change func(*Organization)) (next Organization, calendar bool, err error) {
	err = d.store.ChangeOrganization(ctx, by.Tenant, dry, func(was Organization) (OrganizationChange, error) {
		calendar = false // of an attempt that was undone
		if etag != "" && etag != was.ETag() {
			return OrganizationChange{}, faultStale
		}
		next = was
		change(&next)
		next = next.tidied()
		if bad := next.faults(was.TimeZone); len(bad) > 0 {
			return OrganizationChange{}, fault.Invalid(bad...)
		}
		if next == was {
			return OrganizationChange{}, nil
		}
		calendar = next.TimeZone != was.TimeZone || next.ClosingDay != was.ClosingDay
		next.Revision++
		record := by.did(d.now(), "ORGANIZATION_UPDATE", "organization", was.values(), next.values())
		return OrganizationChange{Organization: next, Changed: true, Record: record}, nil
	})
	return next, calendar && !dry, err
}
