package api

import (
	"context"

	"github.com/dakoku/dakoku/platform/page"
	"github.com/dakoku/dakoku/platform/rpc"
	identityv1 "github.com/dakoku/dakoku/proto/gen/dakoku/identity/v1"
	"github.com/dakoku/dakoku/services/webhook-gateway/internal/identity"
)

// CreateAccount makes an account and its invitation.
func (s *Server) CreateAccount(ctx context.Context, r *identityv1.CreateAccountRequest) (*identityv1.CreateAccountResponse, error) {
	wanted := r.GetAccount()
	made, invitation, err := s.desk.AddAccount(ctx, actor(ctx), identity.Account{
		Email: wanted.GetEmail(), Name: wanted.GetName(), Role: identity.Role(wanted.GetRole().String()), Departments: wanted.GetDepartments(),
		Employee: rpc.IDOf(wanted.GetEmployee(), "employees/"),
	}, r.GetValidateOnly())
	if err != nil {
		return nil, err
	}
	answer := &identityv1.CreateAccountResponse{Account: account(made)}
	if r.GetValidateOnly() {
		answer.Account.Name = ""
		return answer, nil
	}
	answer.Invitation = s.invitation(invitation)
	return answer, nil
}

// ListAccounts lists the accounts of the organization.
func (s *Server) ListAccounts(ctx context.Context, r *identityv1.ListAccountsRequest) (*identityv1.ListAccountsResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	list := page.Of("accounts")
	after, err := afterID(list, r.GetPageToken())
	if err != nil {
		return nil, err
	}
	accounts, more, err := s.desk.Accounts(ctx, caller.Tenant, after, page.Size(r.GetPageSize()))
	if err != nil {
		return nil, err
	}
	answer := &identityv1.ListAccountsResponse{}
	for _, a := range accounts {
		answer.Accounts = append(answer.Accounts, account(a))
	}
	if more {
		answer.NextPageToken, err = list.Token(accounts[len(accounts)-1].ID)
	}
	return answer, err
}

// GetAccount reads one account.
func (s *Server) GetAccount(ctx context.Context, r *identityv1.GetAccountRequest) (*identityv1.GetAccountResponse, error) {
	caller, _ := rpc.CallerFrom(ctx)
	a, err := s.desk.OneAccount(ctx, caller.Tenant, identity.CanonicalID(r.GetAccount()))
	if err != nil {
		return nil, err
	}
	return &identityv1.GetAccountResponse{Account: account(a)}, nil
}

// UpdateAccount changes the fields of the mask.
func (s *Server) UpdateAccount(ctx context.Context, r *identityv1.UpdateAccountRequest) (*identityv1.UpdateAccountResponse, error) {
	fields, err := masked(r.GetUpdateMask().GetPaths(), []string{"display_name", "role", "departments", "employee", "state"},
		[]string{"name", "etag", "create_time", "totp_enabled", "open_id_bound"}, r.GetAccount())
	if err != nil {
		return nil, err
	}
	login, err := s.desk.ChangeAccount(ctx, actor(ctx), identity.Edit{
		Account: identity.CanonicalID(r.GetAccountId()), ETag: r.GetAccount().GetEtag(), Dry: r.GetValidateOnly(),
		Change: func(a *identity.Account) { edit(a, r.GetAccount(), fields) },
	})
	if err != nil {
		return nil, err
	}
	answer := &identityv1.UpdateAccountResponse{Account: account(login.Account)}
	if login.Secret == "" {
		return answer, nil
	}
	return answer, handOver(ctx, login)
}

func edit(a *identity.Account, from *identityv1.Account, fields []string) {
	for _, field := range fields {
		switch field {
		case "display_name":
			a.Name = from.GetDisplayName()
		case "role":
			a.Role = identity.Role(from.GetRole().String())
		case "departments":
			a.Departments = from.GetDepartments()
		case "employee":
			a.Employee = rpc.IDOf(from.GetEmployee(), "employees/")
		case "state":
			a.State = identity.State(from.GetState().String())
		}
	}
}

// DeleteAccount deactivates an account.
func (s *Server) DeleteAccount(ctx context.Context, r *identityv1.DeleteAccountRequest) (*identityv1.DeleteAccountResponse, error) {
	return &identityv1.DeleteAccountResponse{}, s.desk.Deactivate(ctx, actor(ctx), identity.CanonicalID(r.GetAccount()))
}

// InviteAccount makes a new one-time link.
func (s *Server) InviteAccount(ctx context.Context, r *identityv1.InviteAccountRequest) (*identityv1.InviteAccountResponse, error) {
	i, err := s.desk.Invite(ctx, actor(ctx), identity.CanonicalID(r.GetAccount()), r.GetRemoveTotp())
	if err != nil {
		return nil, err
	}
	return &identityv1.InviteAccountResponse{Invitation: s.invitation(i)}, nil
}

// AcceptInvitation uses a one-time link up.
func (s *Server) AcceptInvitation(ctx context.Context, r *identityv1.AcceptInvitationRequest) (*identityv1.AcceptInvitationResponse, error) {
	a, err := s.desk.Accept(ctx, r.GetSecret(), r.GetPassword(), place(ctx))
	if err != nil {
		return nil, err
	}
	return &identityv1.AcceptInvitationResponse{Account: account(a)}, nil
}
