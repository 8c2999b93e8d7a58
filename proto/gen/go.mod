module github.com/dakoku/dakoku/proto/gen

go 1.26.0


