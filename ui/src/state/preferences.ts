// What each reader chooses for themselves. Kept on this machine: none of it is sent anywhere.

import { setZone } from "../format/time";
import { kept } from "./kept";

function mark(name: string, plain: string): (value: string) => void {
  return (value) => {
    if (typeof document === "undefined") return;
    if (value === plain) document.documentElement.removeAttribute(`data-${name}`);
    else document.documentElement.setAttribute(`data-${name}`, value);
  };
}

/** Dark, light, or as the system says. */
export const theme = kept("theme", ["auto", "dark", "light"], mark("theme", "auto"));
/** How high rows are. */
export const density = kept("density", ["regular", "compact", "roomy"], mark("density", "regular"));
/** In which time zone clock times are said. */
export const zone = kept("zone", ["local", "utc"], setZone);
/** Whether times are said as "3 min ago" where there is room for one only. */
export const times = kept("times", ["relative", "absolute"]);
/** Whether the browser is asked to say that a grave incident is new. */
export const notices = kept("notices", ["off", "on"]);
/** Whether keys without Ctrl do something (WCAG 2.1.4). */
export const singleKeys = kept("keys", ["on", "off"]);

export type Density = ReturnType<typeof density.get>;
