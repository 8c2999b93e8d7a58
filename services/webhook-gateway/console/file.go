package console

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// file is one file of the app, also compressed when that is worth it.
type file struct {
	kind  string
	plain []byte
	small []byte // gzip; nil when it would not be smaller
}

// pack reads a directory and compresses what is in it, once at the start. Files
// whose names begin with a dot are not served.
func pack(files fs.FS, dir string) (map[string]file, error) {
	packed := map[string]file{}
	err := fs.WalkDir(files, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		packed[strings.TrimPrefix(name, dir)] = newFile(name, content)
		return nil
	})
	return packed, err
}

func newFile(name string, content []byte) file {
	f := file{kind: mime.TypeByExtension(path.Ext(name)), plain: content}
	if path.Ext(name) == ".js" {
		f.kind = "text/javascript; charset=utf-8" // not what the machine's own list of types says
	}
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a good one
	_, _ = w.Write(content)                                 // into memory
	_ = w.Close()
	if out.Len() < len(content) {
		f.small = out.Bytes()
	}
	return f
}

// write answers with the file, compressed for those who can read that.
func (f file) write(w http.ResponseWriter, r *http.Request) {
	h, content := w.Header(), f.plain
	h.Set("Content-Type", f.kind)
	if f.small != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			content = f.small
		}
	}
	_, _ = w.Write(content) // a client that left is no trouble of ours
}
