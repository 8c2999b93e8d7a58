package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// account is the user a server runs as when we are root, since PostgreSQL
// refuses root. The zero account is our own user.
type account struct {
	other    bool // whether to switch user at all
	name     string
	uid, gid uint32
}

// String names the user for messages.
func (a account) String() string {
	if !a.other {
		return "number " + strconv.Itoa(os.Geteuid())
	}
	return a.name
}

// accountFor gives the user to run as: the owner of the data that exists, else
// postgres, else nobody. It is our own user unless we are root.
func accountFor(home string) (account, error) {
	owner, owned, err := dataOwner(home)
	if err != nil {
		return account{}, err
	}
	if us := os.Geteuid(); us != 0 {
		if owned && int(owner.uid) != us {
			return account{}, fmt.Errorf("the data in %s belongs to user %s: run as that user or use another directory", home, owner)
		}
		return account{}, nil
	}
	if owned {
		return owner, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if found, err := user.Lookup(name); err == nil {
			return accountOf(found)
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody: add one, or run as an ordinary user")
}

// accountOf converts what the user database says.
func accountOf(found *user.User) (account, error) {
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return account{}, err
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	if err != nil {
		return account{}, err
	}
	return account{other: true, name: found.Username, uid: uint32(uid), gid: uint32(gid)}, nil
}

// dataOwner is the owner of the newest data in home, if there is any.
func dataOwner(home string) (owner account, owned bool, err error) {
	major := newestMajor(home)
	if major == 0 {
		return account{}, false, nil
	}
	info, err := os.Stat(filepath.Join(home, fmt.Sprintf("pg-%d", major)))
	if err != nil {
		return account{}, false, err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return account{}, false, fmt.Errorf("cannot tell who owns the data in %s", home)
	}
	return account{other: true, name: "number " + strconv.Itoa(int(stat.Uid)), uid: stat.Uid, gid: stat.Gid}, true, nil
}

// credential is what a child process switches to; nil for our own user.
func (a account) credential() *syscall.Credential {
	if !a.other {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// own gives a path to the user.
func (a account) own(path string) error {
	if !a.other {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// reaches proves that the user can run the programs from within dir: the switch
// of user comes before the change of directory.
func (a account) reaches(ctx context.Context, p programs, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.path("postgres"), "--version")
	cmd.Dir, cmd.Env = dir, cleanEnv()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential()}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, lastLine(out))
	}
	return nil
}
