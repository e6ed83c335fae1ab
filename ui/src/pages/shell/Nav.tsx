// Where one can go. At its foot: how far Ringfence goes here, and that it stays here.

import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { HardDrive, Keyboard, LogOut, Moon, Search, ShieldCheck, Sun, SunMoon } from "lucide-react";
import { useEffect, useRef } from "react";
import { client } from "../../api/client";
import { openIncidentsQuery } from "../../api/incidents";
import { statsQuery } from "../../api/queries";
import type { Status } from "../../api/types";
import { count } from "../../format/number";
import { modeWord } from "../../format/words";
import { PageIcon } from "../../parts/PageIcon";
import { commandKey, type KeyName } from "../../state/keymap";
import { type Bindings, useKeys } from "../../state/keys";
import { GROUPS, PAGES, type Page } from "../../state/pages";
import { density, theme, zone } from "../../state/preferences";
import { say } from "../../state/toast";
import { Brand } from "./Brand";
import { openHelp } from "./Help";

const THEMES = { auto: SunMoon, dark: Moon, light: Sun };

interface NavProps {
  status: Status | undefined;
  onSearch: () => void;
}

export function Nav({ status, onSearch }: NavProps) {
  const go = useNavigate();
  const pages: Bindings = Object.fromEntries(PAGES.map((page): [KeyName, () => void] => [`g ${page.key}`, () => void go({ to: page.to })]));
  const path = useLocation({ select: (location) => location.pathname });
  // On a narrow screen the pages are a strip that scrolls: the one that is shown is in sight.
  // (`scrollIntoView` would also move where Tab goes on.)
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const at = strip.current?.querySelector<HTMLElement>("a[aria-current]");
    if (strip.current && at) strip.current.scrollLeft = at.offsetLeft - (strip.current.clientWidth - at.offsetWidth) / 2;
  }, [path]);
  useKeys({ ...pages, t: nextTheme, d: nextDensity, z: nextZone, "Mod+k": onSearch });
  return (
    <nav className="nav" aria-label="Main">
      <Brand />
      <button type="button" className="find" onClick={onSearch} aria-haspopup="dialog">
        <Search aria-hidden />
        <span className="find-word">Search or jump</span>
        <kbd aria-hidden>{commandKey() === "⌘" ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <div ref={strip} className="nav-pages">
        {GROUPS.map((group) => (
          <section key={group}>
            <h2>{group}</h2>
            <ul>
              {PAGES.filter((page) => page.group === group).map((page) => <PageLink key={page.to} page={page} status={status} />)}
            </ul>
          </section>
        ))}
      </div>
      <div className="nav-foot">
        {status && <Guard status={status} />}
        <Tools />
      </div>
    </nav>
  );
}

function PageLink({ page, status }: { page: Page; status: Status | undefined }) {
  return (
    <li>
      <Link to={page.to} title={`${page.word} (g ${page.key})`} activeOptions={{ exact: page.to === "/", includeSearch: false }}>
        <PageIcon to={page.to} />
        <span className="word">{page.word}</span>
        {page.to === "/incidents" && status && <IncidentCount />}
        {page.to === "/alerts" && status && <AlertCount />}
        {page.to === "/coverage" && status && <HookCount status={status} />}
      </Link>
    </li>
  );
}

/** What is open and waits for somebody. */
function IncidentCount() {
  const { data } = useQuery(openIncidentsQuery);
  if (!data || data.open === 0) return null;
  return <span className="number bad">{count(data.open)}<span className="hidden"> open</span></span>;
}

/** Findings of the last 24 hours. */
function AlertCount() {
  const { data } = useQuery(statsQuery("24h"));
  if (!data || data.findings === 0) return null;
  return <span className="number">{count(data.findings)}<span className="hidden"> in the last 24 hours</span></span>;
}

/** Of the agents that are used here, how many are hooked whole. */
function HookCount({ status }: { status: Status }) {
  const here = status.agents.filter((agent) => agent.found || agent.state !== "not_hooked");
  if (here.length === 0) return null;
  const whole = here.filter((agent) => agent.hooked === "whole").length;
  return <span className="number">{whole}/{here.length}<span className="hidden"> agents hooked</span></span>;
}

function Guard({ status }: { status: Status }) {
  const mode = modeWord(status.mode);
  return (
    <>
      <p className="guard" title={mode.means}>
        <ShieldCheck aria-hidden />
        <b>{mode.word}</b>
        <span className="faint">{count(status.rules)} rules</span>
      </p>
      <p className="guard" title="This page talks to the daemon on this machine and to nothing else.">
        <HardDrive aria-hidden />
        <span className="faint local">Local only</span>
      </p>
    </>
  );
}

export function nextTheme(): void {
  theme.next();
  say(`Theme: ${theme.get()}`);
}

export function nextDensity(): void {
  density.next();
  say(`Rows: ${density.get()}`);
}

export function nextZone(): void {
  zone.next();
  say(zone.get() === "utc" ? "Times in UTC" : "Times in your own zone");
}

export async function signOut(): Promise<void> {
  await client.POST("/api/v1/logout");
  location.reload();
}

function Tools() {
  const chosen = theme.use();
  const ThemeIcon = THEMES[chosen];
  return (
    <div className="tools">
      <button type="button" className="icon-button" onClick={theme.next} aria-label={`Theme: ${chosen}. Change it`} title={`Theme: ${chosen} (t)`}><ThemeIcon aria-hidden /></button>
      <button type="button" className="icon-button" onClick={openHelp} aria-label="Keyboard and help" title="Keyboard and help (?)"><Keyboard aria-hidden /></button>
      <button type="button" className="icon-button" onClick={() => void signOut()} aria-label="Sign out" title="Sign out"><LogOut aria-hidden /></button>
    </div>
  );
}
