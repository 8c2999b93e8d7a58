module github.com/dakoku/dakoku/platform

go 1.26.0


