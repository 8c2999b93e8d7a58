package api

import (
	"context"

	"github.com/dakoku/dakoku/platform/page"
	integrationv1 "github.com/dakoku/dakoku/proto/gen/dakoku/integration/v1"

	"github.com/dakoku/dakoku/services/integration/internal/link"
)

// UpdateAccountLink ties an employee to a LINE WORKS account.
func (a *Admin) UpdateAccountLink(ctx context.Context, req *integrationv1.UpdateAccountLinkRequest) (*integrationv1.UpdateAccountLinkResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	account, err := link.Normalize(req.GetAccountLink().GetLineWorksAccountId())
	if err != nil {
		return nil, err
	}
	reached, err := a.reaches(ctx, org, req.GetEmployee())
	if err != nil {
		return nil, err
	}
	employees, err := a.staff.Employees(ctx, org)
	if err != nil {
		return nil, err
	}
	if err := active(employees, canonical(req.GetEmployee())); err != nil {
		return nil, err
	}
	unchanged := sameLink(req.GetAccountLink().GetEtag())
	want := link.Want{Employee: canonical(req.GetEmployee()), Account: account}
	l, err := a.store.PutLink(ctx, org, want, by(ctx, link.ByEdit), unchanged, req.GetValidateOnly())
	if err != nil {
		return nil, reached.named(err, employees)
	}
	return &integrationv1.UpdateAccountLinkResponse{AccountLink: linkOut(l)}, nil
}

// reaches is the caller's reach, which must have the employee. Who may not see somebody gets the answer for somebody
// without a link.
func (a *Admin) reaches(ctx context.Context, org, employee string) (reach, error) {
	reached, err := reachOf(ctx, a.staff, org)
	if err == nil && !reached.has(canonical(employee)) {
		err = link.NotFound()
	}
	return reached, err
}

// GetAccountLink reads an employee's link.
func (a *Admin) GetAccountLink(ctx context.Context, req *integrationv1.GetAccountLinkRequest) (*integrationv1.GetAccountLinkResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := a.reaches(ctx, org, req.GetEmployee()); err != nil {
		return nil, err
	}
	l, err := a.store.LinkOf(ctx, org, canonical(req.GetEmployee()))
	if err != nil {
		return nil, err
	}
	return &integrationv1.GetAccountLinkResponse{AccountLink: linkOut(l)}, nil
}

// DeleteAccountLink removes an employee's link.
func (a *Admin) DeleteAccountLink(ctx context.Context, req *integrationv1.DeleteAccountLinkRequest) (*integrationv1.DeleteAccountLinkResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	employee := canonical(req.GetEmployee())
	if _, err := a.reaches(ctx, org, req.GetEmployee()); err != nil {
		return nil, err
	}
	if err := a.store.DeleteLink(ctx, org, employee, by(ctx, link.ByEdit), sameLink(req.GetEtag())); err != nil {
		return nil, err
	}
	return &integrationv1.DeleteAccountLinkResponse{}, nil
}

// ListAccountLinks lists all links of the organization.
func (a *Admin) ListAccountLinks(ctx context.Context, req *integrationv1.ListAccountLinksRequest) (*integrationv1.ListAccountLinksResponse, error) {
	org, err := tenant(ctx)
	if err != nil {
		return nil, err
	}
	list, size := page.Of("accountLinks"), page.Size(req.GetPageSize())
	at, err := list.Read(req.GetPageToken(), 1)
	if err != nil {
		return nil, err
	}
	after := ""
	if at != nil {
		if after, err = page.ID(at[0]); err != nil {
			return nil, err
		}
	}
	reached, err := reachOf(ctx, a.staff, org)
	if err != nil {
		return nil, err
	}
	found, err := a.store.LinksAfter(ctx, org, reached.only(), after, size+1)
	if err != nil {
		return nil, err
	}
	out := &integrationv1.ListAccountLinksResponse{}
	for _, l := range found[:min(size, len(found))] {
		out.AccountLinks = append(out.AccountLinks, linkOut(l))
	}
	if len(found) > size {
		out.NextPageToken, err = list.Token(found[size-1].Employee)
	}
	return out, err
}
