// Drives one browser: reads orders as lines of JSON on standard input, does each, and
// answers with a line of JSON. What to look for, and in which order, the tests say.
//
//   node drive.mjs BROWSER USER_DATA_DIR ORIGIN
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { createInterface } from "node:readline";

const [executablePath, userData, origin] = process.argv.slice(2);
const PATIENCE = 30_000;
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const QUIET = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const context = await chromium.launchPersistentContext(userData, {
  executablePath, args: QUIET, headless: true, serviceWorkers: "block", locale: "en-GB", reducedMotion: "reduce",
});
context.setDefaultTimeout(PATIENCE);

// Whatever a page complains about, or asks of somebody else.
let faults = [];
const isOwn = (url) => {
  const { protocol, origin: from, host } = new URL(url);
  return protocol === "data:" || from === origin || (protocol === "ws:" && host === new URL(origin).host);
};
await context.exposeBinding("tellViolation", (_source, text) => {
  faults.push(`content security policy: ${text}`);
});
await context.addInitScript(() => {
  document.addEventListener("securitypolicyviolation", (event) => {
    window.tellViolation(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
  });
});
context.on("request", (request) => {
  if (!isOwn(request.url())) faults.push(`request to another origin: ${request.url()}`);
});
context.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) {
    faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  }
});
context.on("weberror", (error) => faults.push(`page error: ${error.error().stack}`));
const page = context.pages()[0] ?? (await context.newPage());
// The numbers of the events that came over the stream.
let heard = [];
page.on("websocket", (socket) => {
  if (!isOwn(socket.url())) faults.push(`WebSocket to another origin: ${socket.url()}`);
  socket.on("framereceived", ({ payload }) => {
    const { events = [] } = JSON.parse(payload.toString());
    for (const { seq } of events) heard.push(seq);
  });
});

// What the page's main thread has worked, and since when, in seconds (CDP, `Performance.getMetrics`).
const cdp = await context.newCDPSession(page);
await cdp.send("Performance.enable");
let worked = { tasks: 0, at: 0 };
async function work() {
  const { metrics } = await cdp.send("Performance.getMetrics");
  const metric = (wanted) => metrics.find(({ name }) => name === wanted)?.value ?? 0;
  return { tasks: metric("TaskDuration"), at: metric("Timestamp") };
}

// What an order points at: a role with its name, a text, or a CSS selector.
function target({ role, name, text, css }) {
  if (role !== undefined) return page.getByRole(role, { name });
  if (text !== undefined) return page.getByText(text);
  return page.locator(css);
}

const orders = {
  async look({ theme, width, height }) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height });
  },
  async goto({ path }) {
    const answer = await page.goto(new URL(path, origin).href);
    return answer?.status();
  },
  reload: () => page.reload(),
  // Somebody who looks would say: now it is all there.
  async settled() {
    // Before anything is drawn there is nothing to wait for either.
    await page.locator("main").first().waitFor();
    await page.locator(".waiting").first().waitFor({ state: "detached" });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
  },
  see: (what) => target(what).first().waitFor(),
  gone: (what) => target(what).first().waitFor({ state: "hidden" }),
  count: (what) => target(what).count(),
  text: (what) => target(what).first().innerText(),
  click: (what) => target(what).first().click(),
  choose: ({ value, ...what }) => target(what).first().selectOption(value).then(() => undefined),
  fill: ({ text, ...what }) => page.getByRole(what.role, { name: what.name }).fill(text),
  type: ({ keys }) => page.keyboard.type(keys),
  press: ({ key }) => page.keyboard.press(key),
  // One key right after the other.
  async chord({ keys }) {
    for (const key of keys) await page.keyboard.press(key);
  },
  // Waits until the address is as a regular expression says.
  async address({ like }) {
    if (like !== undefined) await page.waitForURL(new RegExp(like));
    const { pathname, search } = new URL(page.url());
    return pathname + search;
  },
  async forget() {
    await context.clearCookies();
  },
  focused: () =>
    page.evaluate(() => {
      const at = document.activeElement;
      if (at === null || at === document.body) return null;
      const rings = (element, part) => {
        const { outlineStyle, outlineWidth, display } = getComputedStyle(element, part);
        return outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0 && display !== "none";
      };
      return {
        tag: at.localName,
        name: (at.getAttribute("aria-label") ?? at.textContent ?? "").trim().slice(0, 80),
        row: at.getAttribute("data-row"),
        // The ring may stand around the whole row that a link is the handle of.
        outlined: [undefined, "::before", "::after"].some((part) => rings(at, part)),
      };
    }),
  // The addresses of a list of links.
  links: ({ css }) => page.locator(css).evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
  // What the API tells who is signed in here.
  ask: ({ path }) => page.evaluate(async (asked) => (await fetch(asked)).json(), path),
  // What a script on the page could get hold of.
  stored: () =>
    page.evaluate(() => JSON.stringify({ cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage } })),
  width: () => page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]),
  async audit() {
    const { violations, passes } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(WCAG).analyze();
    return {
      passed: passes.length,
      violations: violations.map(({ id, help, nodes }) => ({
        id, help, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
      })),
    };
  },
  // How long a browser without a cache waits for the first thing that is drawn, in milliseconds.
  async painted({ path }) {
    await cdp.send("Network.clearBrowserCache");
    await page.goto(new URL(path, origin).href);
    return page.evaluate(() => new Promise((resolve) => {
      const observer = new PerformanceObserver((list) => {
        const [first] = list.getEntriesByName("first-contentful-paint");
        if (first) resolve(first.startTime);
      });
      observer.observe({ type: "paint", buffered: true });
    }));
  },
  // How long it takes from a click until something is drawn whole, in milliseconds.
  opened: ({ css, place, shows }) =>
    page.evaluate((asked) => new Promise((resolve) => {
      const began = performance.now();
      const look = () => {
        const shown = document.querySelector(asked.shows);
        if (shown !== null && shown.querySelector(".waiting") === null) resolve(performance.now() - began);
        else requestAnimationFrame(look);
      };
      document.querySelectorAll(asked.css)[asked.place].click();
      requestAnimationFrame(look);
    }), { css, place, shows }),
  // Notes how long each frame takes, until `recorded` asks for it.
  async record() {
    heard = [];
    worked = await work();
    await page.evaluate(() => {
      const record = { frames: [], next: 0 };
      const frame = (now) => {
        record.frames.push(now);
        record.next = requestAnimationFrame(frame);
      };
      record.next = requestAnimationFrame(frame);
      window.record = record;
    });
  },
  async recorded() {
    const at = await page.evaluate(() => {
      cancelAnimationFrame(window.record.next);
      return window.record.frames;
    });
    const took = at.slice(1).map((now, place) => now - at[place]).sort((one, other) => one - other);
    const percentile = (percent) => took[Math.floor(((took.length - 1) * percent) / 100)];
    const since = worked;
    worked = await work();
    const busy = (100 * (worked.tasks - since.tasks)) / (worked.at - since.at);
    return { median: percentile(50), p95: percentile(95), busy, events: heard.length, distinct: new Set(heard).size };
  },
  shot: ({ file }) => page.screenshot({ path: file, animations: "disabled" }).then(() => undefined),
  faults() {
    const told = faults;
    faults = [];
    return told;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { order, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { done: (await orders[order](rest)) ?? null };
  } catch (error) {
    answer = { failed: `${error.message}\nat ${page.url()}, which shows:\n${await page.locator("body").innerText().catch(() => "nothing")}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await context.close();
