// Start here: the pages, the questions they ask, the keyboard, the theme.

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiFailure } from "./api/client";
import { statusQuery } from "./api/queries";
import { freshen } from "./live/freshen";
import { router } from "./routes";
import { listenForKeys } from "./state/keys";
import "./state/preferences";
import "./style/index.css";

const queries = new QueryClient({
  queryCache: new QueryCache({
    // Somebody who is signed out is shown the door at once, not at the next look at the status.
    onError: (error, query) => {
      if (query.queryKey[0] !== "status" && error instanceof ApiFailure && error.status === 401) {
        void queries.refetchQueries({ queryKey: statusQuery.queryKey }, { cancelRefetch: false });
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // Once more where the daemon may have been restarting; never where it said no.
      retry: (failures, error) => failures < 1 && error instanceof ApiFailure && (error.status === 0 || error.status >= 500),
      retryDelay: 600,
    },
  },
});

listenForKeys();
freshen(queries);

const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
