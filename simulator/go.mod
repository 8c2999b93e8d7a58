module github.com/dakoku/dakoku/simulator

go 1.26.0
