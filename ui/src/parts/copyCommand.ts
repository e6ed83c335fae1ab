// Copies the view as the command that shows the same in a terminal, and says what it did.

import { commandOf } from "../state/command";
import { say } from "../state/toast";

interface Place {
  pathname: string;
  search: object;
}

export function copyCommand(place: Place): void {
  const spoken = commandOf(place.pathname, place.search as Record<string, unknown>);
  if (!spoken) {
    say("No command shows this page.");
    return;
  }
  const without = spoken.without.length === 0 ? "" : ` It cannot say: ${spoken.without.join(", ")}.`;
  navigator.clipboard.writeText(spoken.command).then(
    () => say(`Copied: ${spoken.command}${without}`),
    () => say(`The browser did not let the page copy. The command is: ${spoken.command}`),
  );
}
