package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// jiffy is the unit of /proc/PID/stat: 100 a second on every Linux.
const jiffy = 10 * time.Millisecond

// spent is processor time by program.
type spent map[string]time.Duration

// processor reads what each process has used since it began; PostgreSQL is the server with all its backends, also those
// that have ended.
func (s *site) processor() (spent, error) {
	now := spent{}
	server, err := os.ReadFile(filepath.Join(s.server.Dir(), "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	postmaster, err := strconv.Atoi(string(bytes.TrimSpace(bytes.SplitN(server, []byte("\n"), 2)[0])))
	if err != nil {
		return nil, err
	}
	if now["postgresql"], err = family(postmaster); err != nil {
		return nil, err
	}
	for _, p := range append(s.programs, s.peer) {
		used, err := readStat(p.cmd.Process.Pid)
		if err != nil {
			return nil, err
		}
		now[p.name] = used.self
	}
	own, err := readStat(os.Getpid())
	now["load"] = own.self + own.children
	return now, err
}

// since is what was used between two looks.
func (n spent) since(before spent) spent {
	used := spent{}
	for name, t := range n {
		used[name] = t - before[name]
	}
	return used
}

// usage is what a process says of itself.
type usage struct {
	parent         int
	self, children time.Duration // children are those that have ended
}

// family is what a process, its living children and its ended ones have used.
func family(pid int) (time.Duration, error) {
	head, err := readStat(pid)
	if err != nil {
		return 0, err
	}
	total := head.self + head.children
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		child, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if of, err := readStat(child); err == nil && of.parent == pid { // one that has just ended counts with the parent
			total += of.self
		}
	}
	return total, nil
}

// readStat reads /proc/PID/stat, see proc(5): the fields after the name, which may hold spaces, begin with the third.
func readStat(pid int) (u usage, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 15 {
		return u, fmt.Errorf("/proc/%d/stat: %d fields", pid, len(fields))
	}
	var n [5]int64
	for i, at := range []int{1, 11, 12, 13, 14} { // ppid, utime, stime, cutime, cstime
		if n[i], err = strconv.ParseInt(string(fields[at]), 10, 64); err != nil {
			return u, err
		}
	}
	return usage{int(n[0]), time.Duration(n[1]+n[2]) * jiffy, time.Duration(n[3]+n[4]) * jiffy}, nil
}
