// What is open beside the page. It stands in the URL, on every page the same.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { type Entity, readEntity, writeEntity } from "./entity";

export interface Opened {
  entity: Entity | undefined;
  show: (entity: Entity) => void;
  close: () => void;
}

export function useOpen(): Opened {
  const open = useSearch({ strict: false, select: (search) => search.open });
  const set = useSetSearch();
  const show = useCallback((entity: Entity) => set({ open: writeEntity(entity) }), [set]);
  const close = useCallback(() => set({ open: undefined }), [set]);
  return { entity: open === undefined ? undefined : readEntity(open), show, close };
}

/** Changes a part of the view that every page has, and leaves the rest as it is. */
export function useSetSearch(): (part: Record<string, string | undefined>) => void {
  const navigate = useNavigate();
  return useCallback(
    (part) => void navigate({ to: ".", search: (old: object) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
}
