// All pages, in the order of the navigation: their addresses, words, and the key after `g`.
// Navigation, palette, keyboard and help are made from this one table.

export const GROUPS = ["Watch", "Inspect", "Control", "Report", "Host"] as const;
export type Group = (typeof GROUPS)[number];

interface Entry {
  to: string;
  word: string;
  group: Group;
  /** The key after `g`. */
  key: string;
  /** What it answers, in a few words. */
  asks: string;
}

export const PAGES = [
  { to: "/", word: "Overview", group: "Watch", key: "o", asks: "Does anybody have to act?" },
  { to: "/live", word: "Live", group: "Watch", key: "l", asks: "What happens this second?" },
  { to: "/sessions", word: "Sessions", group: "Watch", key: "s", asks: "Who did what, where and when?" },
  { to: "/incidents", word: "Incidents", group: "Watch", key: "i", asks: "What needs somebody?" },
  { to: "/alerts", word: "Alerts", group: "Watch", key: "h", asks: "What did rules find?" },
  { to: "/proc", word: "Processes", group: "Inspect", key: "p", asks: "What runs below agents now?" },
  { to: "/files", word: "Files", group: "Inspect", key: "f", asks: "Which files were touched, by whom?" },
  { to: "/net", word: "Network", group: "Inspect", key: "n", asks: "Where does it talk to?" },
  { to: "/inj", word: "Injections", group: "Inspect", key: "j", asks: "What tried to steer an agent?" },
  { to: "/mcp", word: "MCP & skills", group: "Inspect", key: "m", asks: "What can agents load?" },
  { to: "/pkg", word: "Packages", group: "Inspect", key: "k", asks: "What did agents install?" },
  { to: "/policies", word: "Policies", group: "Control", key: "r", asks: "What is enforced, and does it match?" },
  { to: "/analytics", word: "Analytics", group: "Report", key: "a", asks: "How much, by whom, with what?" },
  { to: "/coverage", word: "Coverage", group: "Report", key: "c", asks: "What can be seen, and what not?" },
  { to: "/system", word: "System", group: "Host", key: "y", asks: "Is Ringfence healthy?" },
  { to: "/fleet", word: "Fleet", group: "Host", key: "e", asks: "Which machines are there?" },
  { to: "/settings", word: "Settings", group: "Host", key: "t", asks: "How do you want it?" },
] as const satisfies readonly Entry[];

export type Page = (typeof PAGES)[number];
export type Address = Page["to"];

/** The page that an address belongs to: itself, or the list that it was opened from. */
export function pageOf(path: string): Page | undefined {
  return PAGES.find((page) => page.to === path) ?? PAGES.find((page) => page.to !== "/" && path.startsWith(`${page.to}/`));
}
