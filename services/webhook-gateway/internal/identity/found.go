package identity

import (
	"context"
	"errors"
	"time"

	"github.com/dakoku/dakoku/platform/fault"
)

// Found makes another organization with an invited administrator, for the
// operator of the installation; the link of the invitation is known only now.
// Reasons: INVALID_ARGUMENT, EMAIL_TAKEN.
func (d *Desk) Found(ctx context.Context, o Organization, a Account) (Organization, Invitation, error) {
	now := d.now().Truncate(time.Millisecond)
	o, a = o.withDefaults(), a.tidied()
	o.ID, o.Revision = newID(), 1
	a.ID, a.Tenant, a.Role, a.State, a.Revision, a.Created = newID(), o.ID, Administrator, Invited, 1, now
	if bad := append(o.faults(""), a.faults("administrator.", "name")...); len(bad) > 0 {
		return Organization{}, Invitation{}, fault.Invalid(bad...)
	}
	invitation := newInvitation(a, false, now)
	record := Actor{Tenant: o.ID, Kind: ByOperator}.did(now, "ORGANIZATION_CREATE", "organization", nil,
		Values{"name": o.Name, "administrator": a.values()})
	err := d.store.Found(ctx, o, a, invitation, record)
	if errors.Is(err, ErrEmailTaken) {
		err = faultTaken
	}
	return o, invitation, err
}
