// What is enforced, whether it matches anything, and what another choice would change.

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback } from "react";
import { rulesQuery } from "../../api/rules";
import { Loaded } from "../../parts/Loaded";
import { Top } from "../../parts/Top";
import type { BenchSearch, RootSearch } from "../../state/search";
import { Bench } from "./Bench";
import { ModeLine } from "./ModeLine";
import { RulesTab } from "./RulesTab";
import "./policies.css";

const route = getRouteApi("/policies");
const TABS = [[undefined, "Rules"], ["bench", "Test bench"]] as const;

export function PoliciesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = useCallback(
    (part: Partial<BenchSearch & RootSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true, resetScroll: false }),
    [navigate],
  );
  const query = useQuery(rulesQuery);
  const bench = search.tab === "bench";
  return (
    <>
      <Top title="Policies">
        <div className="tabs" role="group" aria-label="Which">
          {TABS.map(([tab, word]) => (
            <button key={word} type="button" className="button" aria-pressed={(tab === "bench") === bench} onClick={() => set({ tab })}>{word}</button>
          ))}
        </div>
      </Top>
      <Loaded query={query} lines={10}>
        {(rules) => (
          <>
            <ModeLine rules={rules} />
            {bench ? <Bench rules={rules} search={search} onSearch={set} /> : <RulesTab rules={rules} search={search} onSearch={set} />}
          </>
        )}
      </Loaded>
    </>
  );
}
