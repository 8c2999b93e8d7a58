package simulator

import "net/http"

func (s *Simulator) pageRoutes(*http.ServeMux) {}
