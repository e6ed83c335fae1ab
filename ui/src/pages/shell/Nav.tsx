// Where one can go: only pages that exist. At its foot: how far Ringfence goes here.

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Keyboard, LayoutDashboard, LogOut, type LucideIcon, MessagesSquare, Moon, Radio, ShieldAlert, ShieldCheck, Sun, SunMoon } from "lucide-react";
import { client } from "../../api/client";
import { statsQuery } from "../../api/queries";
import type { Status } from "../../api/types";
import { count } from "../../format/number";
import { modeWord } from "../../format/words";
import { useKeys } from "../../state/keys";
import { nextTheme, useTheme } from "../../state/theme";
import { Brand } from "./Brand";
import { openHelp } from "./Help";

type Address = "/" | "/live" | "/sessions" | "/alerts";
const PAGES: [Address, string, LucideIcon][] = [
  ["/", "Overview", LayoutDashboard],
  ["/live", "Live", Radio],
  ["/sessions", "Sessions", MessagesSquare],
  ["/alerts", "Alerts", ShieldAlert],
];
const THEMES = { auto: SunMoon, dark: Moon, light: Sun };

export function Nav({ status }: { status: Status | undefined }) {
  const go = useNavigate();
  useKeys({
    "g o": () => void go({ to: "/" }),
    "g l": () => void go({ to: "/live" }),
    "g s": () => void go({ to: "/sessions" }),
    "g a": () => void go({ to: "/alerts" }),
    t: nextTheme,
  });
  return (
    <nav className="nav" aria-label="Main">
      <Brand />
      <ul>
        {PAGES.map(([to, word, Icon]) => (
          <li key={to}>
            <Link to={to} title={word} activeOptions={{ exact: to === "/", includeSearch: false }}>
              <Icon aria-hidden />
              <span className="word">{word}</span>
              {to === "/alerts" && status && <AlertCount />}
            </Link>
          </li>
        ))}
      </ul>
      <div className="nav-foot">
        {status && <Guard status={status} />}
        <Tools />
      </div>
    </nav>
  );
}

/** Findings of the last 24 hours; coloured if one of them is high or worse. */
function AlertCount() {
  const { data } = useQuery(statsQuery("24h"));
  if (!data || data.findings === 0) return null;
  const bad = (data.by_severity["critical"] ?? 0) + (data.by_severity["high"] ?? 0) > 0;
  return <span className={bad ? "number bad" : "number"}>{count(data.findings)}<span className="hidden"> in the last 24 hours</span></span>;
}

function Guard({ status }: { status: Status }) {
  const mode = modeWord(status.mode);
  return (
    <p className="guard" title={mode.means}>
      <ShieldCheck aria-hidden />
      <b>{mode.word}</b>
      <span className="faint">{status.rules} rules</span>
    </p>
  );
}

async function signOut(): Promise<void> {
  await client.POST("/api/v1/logout");
  location.reload();
}

function Tools() {
  const theme = useTheme();
  const ThemeIcon = THEMES[theme];
  return (
    <div className="tools">
      <button type="button" className="icon-button" onClick={nextTheme} aria-label={`Theme: ${theme}. Change it`} title={`Theme: ${theme} (t)`}><ThemeIcon aria-hidden /></button>
      <button type="button" className="icon-button" onClick={openHelp} aria-label="Keyboard and help" title="Keyboard and help (?)"><Keyboard aria-hidden /></button>
      <button type="button" className="icon-button" onClick={() => void signOut()} aria-label="Sign out" title="Sign out"><LogOut aria-hidden /></button>
    </div>
  );
}
