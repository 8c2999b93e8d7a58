import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/error";
import { sessionQuery } from "./api/session";
import { language, onLanguage } from "./i18n";
import { makeRouter } from "./router";
import { takeInvitation } from "./screens/welcome/invitation-secret";
import { takeProviderReturn } from "./screens/welcome/openid-return";
import { keepFocus } from "./shell/focus";
import { applyTheme } from "./shell/theme";
import "./ui/tokens.css";
import "./ui/base.css";
import "./ui/controls.css";
import "./ui/field.css";
import "./ui/display.css";
import "./ui/table.css";
import "./ui/facts.css";
import "./ui/overlay.css";
import "./shell/shell.css";
import "./shell/welcome.css";
import "./shell/guide.css";
import "./shell/screens.css";
import "./shell/audit.css";
import "./shell/print.css";

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiError && error.reason === "UNAUTHENTICATED") queries.invalidateQueries(sessionQuery);
    },
  }),
  defaultOptions: {
    // The door may be on the same machine or network, whatever the browser thinks of being
    // online: what cannot be reached fails and is said so, instead of waiting without a word.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 5_000,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

applyTheme();
takeInvitation();
takeProviderReturn();
document.documentElement.lang = language();
const router = makeRouter(queries);

// A change of language draws everything anew; answers are asked for again,
// since the door's sentences have a language too.
onLanguage(() => queries.invalidateQueries());

function App() {
  const lang = useSyncExternalStore(onLanguage, language);
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider key={lang} router={router} />
    </QueryClientProvider>
  );
}

const root = document.getElementById("root");
if (root) {
  keepFocus(root);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
